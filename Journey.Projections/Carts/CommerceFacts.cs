using System.Text.Json;
using Journey.Projections.Customers;

namespace Journey.Projections.Carts;

/// <summary>What one commerce event says, read in one pass over its payload. Reused from event to event.</summary>
/// <remarks>Segment's ecommerce names, in snake case or camel case. Money is decimal, whether sent as a number or as text.</remarks>
internal sealed class CommerceFacts
{
    private string _defaultCurrency = "";

    public string? CartId { get; private set; }

    public string? CheckoutId { get; private set; }

    public string? OrderId { get; private set; }

    public string? Step { get; private set; }

    /// <summary>What the sender says the whole comes to: <c>total</c>, or else <c>value</c>, or else <c>revenue</c>.</summary>
    public decimal? Total { get; private set; }

    public string Currency { get; private set; } = "";

    public string? Coupon { get; private set; }

    /// <summary>There was a <c>products</c> (or <c>items</c>) list, empty or not.</summary>
    public bool HasProducts { get; private set; }

    public List<CartItem> Products { get; } = [];

    /// <summary>The product that stands in the properties themselves.</summary>
    public CartItem Single { get; private set; }

    public bool HasSingle => Single.ProductId is not null || Single.Sku is not null || Single.Name is not null;

    public decimal? Quantity { get; private set; }

    public void Read(ReadOnlySpan<byte> payload, string defaultCurrency)
    {
        Clear(defaultCurrency);
        var json = new Utf8JsonReader(payload);
        if (!JsonScan.EnterObject(ref json, "properties"u8))
        {
            return;
        }

        decimal? total = null, value = null, revenue = null;
        var item = new ItemText();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(ref json);
            json.Read();
            switch (member)
            {
                case Member.CartId: CartId = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.CheckoutId: CheckoutId = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.OrderId: OrderId = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.Step: Step = JsonScan.Text(ref json); break;
                case Member.Total: total = JsonScan.Amount(ref json); break;
                case Member.Value: value = JsonScan.Amount(ref json); break;
                case Member.Revenue: revenue = JsonScan.Amount(ref json); break;
                case Member.Coupon: Coupon = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.Products: ReadProducts(ref json); break;
                default: item.Read(ref json, member); break;
            }
        }

        Total = total ?? value ?? revenue;
        Currency = item.Currency ?? _defaultCurrency;
        Quantity = item.Quantity;
        Single = item.ToItem(_defaultCurrency);
        for (var i = 0; i < Products.Count; i++)
        {
            // A list's products speak the currency of the whole unless they say otherwise.
            Products[i] = Products[i].Currency.Length == 0 ? Products[i] with { Currency = Currency } : Products[i];
        }
    }

    /// <summary>The event's product, or its products, on top of what is in the cart.</summary>
    public void PutInto(Cart cart)
    {
        if (HasSingle && Quantity is not <= 0)
        {
            cart.Put(Single);
        }

        foreach (var product in Products)
        {
            cart.Put(product);
        }

        cart.Coupon = Coupon ?? cart.Coupon;
    }

    public void TakeFrom(Cart cart)
    {
        if (HasSingle)
        {
            cart.Take(Single, Quantity);
        }

        foreach (var product in Products)
        {
            cart.Take(product, product.Quantity);
        }
    }

    /// <summary>The event's products are those, in these quantities, in whatever order.</summary>
    public bool Holds(IReadOnlyList<CartItem> items)
    {
        if (Products.Count != items.Count)
        {
            return false;
        }

        foreach (var item in items)
        {
            if (!Products.Exists(product => product.IsSameProductAs(item) && product.Quantity == item.Quantity))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The event tells the whole cart.</summary>
    public void ReplaceIn(Cart cart)
    {
        if (HasProducts)
        {
            cart.Replace(Products);
        }

        // No products are no cart, whatever total stands beside them.
        cart.GivenTotal = Total is { } total && !(HasProducts && Products.Count == 0) ? new Money(Currency, total) : null;
        cart.Coupon = Coupon ?? cart.Coupon;
    }

    private void ReadProducts(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        HasProducts = true;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            var item = new ItemText();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var member = MemberOf(ref json);
                json.Read();
                item.Read(ref json, member);
            }

            if (item.Quantity is not <= 0 && Products.Count < Cart.ItemsMax)
            {
                Products.Add(item.ToItem(""));
            }
        }
    }

    private void Clear(string defaultCurrency)
    {
        _defaultCurrency = defaultCurrency;
        CartId = CheckoutId = OrderId = Step = Coupon = null;
        Total = Quantity = null;
        Currency = defaultCurrency;
        HasProducts = false;
        Products.Clear();
        Single = default;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private enum Member : byte
    {
        Unknown, CartId, CheckoutId, OrderId, Step, Total, Value, Revenue, Coupon, Products,
        ProductId, Sku, Name, Category, Price, Quantity, Currency,
    }

    private static Member MemberOf(ref Utf8JsonReader json) => json.HasValueSequence || json.ValueIsEscaped ? Member.Unknown : json.ValueSpan switch
    {
        var s when s.SequenceEqual("cart_id"u8) || s.SequenceEqual("cartId"u8) => Member.CartId,
        var s when s.SequenceEqual("product_id"u8) || s.SequenceEqual("productId"u8) => Member.ProductId,
        var s when s.SequenceEqual("price"u8) => Member.Price,
        var s when s.SequenceEqual("quantity"u8) => Member.Quantity,
        var s when s.SequenceEqual("name"u8) => Member.Name,
        var s when s.SequenceEqual("sku"u8) => Member.Sku,
        var s when s.SequenceEqual("category"u8) => Member.Category,
        var s when s.SequenceEqual("currency"u8) => Member.Currency,
        var s when s.SequenceEqual("products"u8) || s.SequenceEqual("items"u8) => Member.Products,
        var s when s.SequenceEqual("total"u8) => Member.Total,
        var s when s.SequenceEqual("value"u8) => Member.Value,
        var s when s.SequenceEqual("revenue"u8) => Member.Revenue,
        var s when s.SequenceEqual("order_id"u8) || s.SequenceEqual("orderId"u8) => Member.OrderId,
        var s when s.SequenceEqual("checkout_id"u8) || s.SequenceEqual("checkoutId"u8) => Member.CheckoutId,
        var s when s.SequenceEqual("step"u8) => Member.Step,
        var s when s.SequenceEqual("coupon"u8) || s.SequenceEqual("coupon_id"u8) => Member.Coupon,
        _ => Member.Unknown,
    };

    private struct ItemText
    {
        private string? _productId;
        private string? _sku;
        private string? _name;
        private string? _category;
        private decimal? _price;

        public decimal? Quantity { get; private set; }

        public string? Currency { get; private set; }

        public void Read(ref Utf8JsonReader json, Member member)
        {
            switch (member)
            {
                case Member.ProductId: _productId = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.Sku: _sku = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.Name: _name = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.Category: _category = NotEmpty(JsonScan.Text(ref json)); break;
                case Member.Price: _price = JsonScan.Amount(ref json); break;
                case Member.Quantity: Quantity = JsonScan.Amount(ref json) is { } quantity and <= QuantityMax ? quantity : null; break;
                case Member.Currency: Currency = NotEmpty(JsonScan.Text(ref json))?.ToUpperInvariant(); break;
                default: json.Skip(); break;
            }
        }

        public readonly CartItem ToItem(string currency) => new(_productId, _sku, _name, _category, _price, Quantity ?? 1, Currency ?? currency);
    }

    /// <summary>A quantity beyond it is taken for one that was not given.</summary>
    private const decimal QuantityMax = 1_000_000m;
}
