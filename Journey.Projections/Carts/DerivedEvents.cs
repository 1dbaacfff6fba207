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
        Text(json, "checkout_id", cart.CheckoutId);
        Text(json, "step", cart.CheckoutStep);
    });

    public static ReadOnlyMemory<byte> Recovery(Cart cart) => Properties(json =>
    {
        WriteCart(json, cart);
        Text(json, "order_id", cart.OrderId);
        json.WriteBoolean("influenced", cart.IsInfluenced);
        json.WriteBoolean("clicked", cart.IsClicked);
    });

    public static ReadOnlyMemory<byte> Browsing(Product product) => Properties(json =>
    {
        Text(json, "product_id", product.Id);
        Text(json, "sku", product.Sku);
        Text(json, "name", product.Name);
        Text(json, "category", product.Category);
        if (product.Price is { } price)
        {
            json.WriteNumber("price", price);
            json.WriteString("currency", product.Currency);
        }
    });

    public static ReadOnlyMemory<byte> Properties(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = t_writing ??= NewWriting();
        buffer.ResetWrittenCount();
        buffer.Write([StoredPayload.JsonMarker]);
        json.Reset();
        json.WriteStartObject();
        json.WriteStartObject("properties");
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) NewWriting()
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        return (buffer, new Utf8JsonWriter(buffer));
    }

    private static void WriteCart(Utf8JsonWriter json, Cart cart)
    {
        var totals = cart.Totals();
        json.WriteString("cart_id", cart.Id);
        if (cart.SentId != cart.Id)
        {
            json.WriteString("sent_cart_id", cart.SentId);
        }

        if (totals.Count > 0)
        {
            json.WriteNumber("total", totals[0].Amount);
            json.WriteString("currency", totals[0].Currency);
        }

        if (totals.Count > 1)
        {
            json.WriteStartObject("totals");
            foreach (var total in totals)
            {
                json.WriteNumber(total.Currency, total.Amount);
            }

            json.WriteEndObject();
        }

        json.WriteNumber("quantity", cart.Quantity);
        json.WriteString("channel", cart.Channel);
        Text(json, "coupon", cart.Coupon);
        json.WriteStartArray("products");
        foreach (var item in cart.Items)
        {
            WriteItem(json, item);
        }

        json.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter json, in CartItem item)
    {
        json.WriteStartObject();
        Text(json, "product_id", item.ProductId);
        Text(json, "sku", item.Sku);
        Text(json, "name", item.Name);
        Text(json, "category", item.Category);
        if (item.Price is { } price)
        {
            json.WriteNumber("price", price);
        }

        json.WriteNumber("quantity", item.Quantity);
        json.WriteString("currency", item.Currency);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
