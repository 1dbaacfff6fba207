using System.Globalization;
using Journey.Domain.Language;

namespace Journey.Host.Backtests;

/// <summary>In which order history is gone through.</summary>
public enum BacktestView
{
    /// <summary>In the order of arrival: as it would have been decided then.</summary>
    Arrival,

    /// <summary>In the order in which things happened, each known at once, and merged customers one from the start: as we know it now.</summary>
    Occurrence,
}

/// <summary>Which customers are gone through.</summary>
/// <param name="Share">In (0, 1]: chosen by a hash of their ids, the same ones every time.</param>
/// <param name="Customers">About so many, by the same hash; null: the share says.</param>
public sealed record BacktestSample(double Share, long? Customers)
{
    public static BacktestSample All { get; } = new(1, null);

    /// <exception cref="FormatException">Neither a number of customers nor a percentage.</exception>
    public static BacktestSample Parse(string text)
    {
        if (text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100)
        {
            return new(percent / 100, null);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var customers) && customers > 0
            ? new(1, customers)
            : throw new FormatException($"'{text}' was given. Expected a number of customers such as 5000, or a share such as 10%.");
    }

    public override string ToString() => Customers is { } customers
        ? customers.ToString(CultureInfo.InvariantCulture)
        : (Share * 100).ToString("0.######", CultureInfo.InvariantCulture) + "%";
}

/// <summary>What is asked of a backtest.</summary>
/// <param name="Files">Names as people know them, and contents: any number of documents.</param>
/// <param name="From">The drafts are in force, and counting begins, with what arrives at this moment, Unix milliseconds; null: with the first event.</param>
/// <param name="To">Up to this moment, which is left out; null: to the end of the log.</param>
/// <param name="Against"><c>live</c>, a published version's number, or the name of one of <paramref name="AgainstFiles"/>; null: nothing is compared.</param>
/// <param name="IncludeImported">Imported history counts as if it had arrived when it happened.</param>
/// <param name="Workers">1 to 64; the report is the same with any number.</param>
public sealed record BacktestRequest(
    IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> Files,
    long? From = null,
    long? To = null,
    BacktestSample? Sample = null,
    string? Against = null,
    IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)>? AgainstFiles = null,
    BacktestView View = BacktestView.Arrival,
    bool IncludeImported = false,
    int? Workers = null);

/// <summary>A backtest that cannot be made as asked: a person can mend it.</summary>
/// <param name="faults">Of documents; empty where the message says it all.</param>
public sealed class BacktestRefusedException(string message, string? hint = null, IReadOnlyList<Fault>? faults = null) : Exception(message)
{
    public string? Hint { get; } = hint;

    public IReadOnlyList<Fault> Faults { get; } = faults ?? [];
}
