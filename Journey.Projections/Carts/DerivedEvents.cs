using System.Buffers;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Projections.Carts;

/// <summary>What the derived events say.</summary>
internal static class DerivedEvents
{
    // Every abandoned cart is told of: a writer and its buffer for each would be most of what that takes.
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? t_writing;

    public static ReadOnlyMemory<byte> AboutCart(Cart cart) => Properties(json => WriteCart(json, cart));

    public static ReadOnlyMemory<byte> AboutCheckout(Cart cart) => Properties(json =>
    {
        WriteCart(json, cart);
        Text(json, "checkout_id"u8, cart.CheckoutId);
        Text(json, "step"u8, cart.CheckoutStep);
    });

    public static ReadOnlyMemory<byte> Recovery(Cart cart) => Properties(json =>
    {
        WriteCart(json, cart);
        Text(json, "order_id"u8, cart.OrderId);
        json.WriteBoolean("influenced"u8, cart.IsInfluenced);
        json.WriteBoolean("clicked"u8, cart.IsClicked);
    });

    public static ReadOnlyMemory<byte> Browsing(Product product) => Properties(json =>
    {
        Text(json, "product_id"u8, product.Id);
        Text(json, "sku"u8, product.Sku);
        Text(json, "name"u8, product.Name);
        Text(json, "category"u8, product.Category);
        if (product.Price is { } price)
        {
            json.WriteNumber("price"u8, price);
            json.WriteString("currency"u8, product.Currency);
        }
    });

    public static ReadOnlyMemory<byte> Properties(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = t_writing ??= NewWriting();
        buffer.ResetWrittenCount();
        buffer.Write([StoredPayload.JsonMarker]);
        json.Reset();
        json.WriteStartObject();
        json.WriteStartObject("properties"u8);
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) NewWriting()
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
    }

    private static void WriteCart(Utf8JsonWriter json, Cart cart)
    {
        var totals = cart.Totals();
        json.WriteString("cart_id"u8, cart.Id);
        if (cart.SentId != cart.Id)
        {
            json.WriteString("sent_cart_id"u8, cart.SentId);
        }

        if (totals.Count > 0)
        {
            json.WriteNumber("total"u8, totals[0].Amount);
            json.WriteString("currency"u8, totals[0].Currency);
        }

        if (totals.Count > 1)
        {
            json.WriteStartObject("totals"u8);
            foreach (var total in totals)
            {
                json.WriteNumber(total.Currency, total.Amount);
            }

            json.WriteEndObject();
        }

        json.WriteNumber("quantity"u8, cart.Quantity);
        json.WriteString("channel"u8, cart.Channel);
        Text(json, "coupon"u8, cart.Coupon);
        json.WriteStartArray("products"u8);
        foreach (var item in cart.Items)
        {
            WriteItem(json, item);
        }

        json.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter json, in CartItem item)
    {
        json.WriteStartObject();
        Text(json, "product_id"u8, item.ProductId);
        Text(json, "sku"u8, item.Sku);
        Text(json, "name"u8, item.Name);
        Text(json, "category"u8, item.Category);
        if (item.Price is { } price)
        {
            json.WriteNumber("price"u8, price);
        }

        json.WriteNumber("quantity"u8, item.Quantity);
        json.WriteString("currency"u8, item.Currency);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
