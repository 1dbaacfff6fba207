namespace Journey.Projections.Carts;

public sealed record Product(string? Id, string? Sku, string? Name, string? Category, decimal? Price, string Currency);

/// <summary>What the customer last looked at, and whether that may still become "Browse Abandoned".</summary>
public sealed class Browse
{
    public Product? LastProduct { get; internal set; }

    public long LastViewedAt { get; internal set; }

    /// <summary>A product was viewed without a cart, and neither a cart nor an order followed yet.</summary>
    public bool IsArmed { get; internal set; }

    public bool IsImported { get; internal set; }
}
