using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;
using Journey.Projections.Segments;

namespace Journey.Host.Segments;

/// <param name="Where">The condition, as it is published.</param>
/// <param name="Size">Customers in it now.</param>
public sealed record SegmentSummary(string Name, string? Description, string Where, long Size);

/// <param name="Sizes">The days on which somebody entered or left, oldest first.</param>
public sealed record SegmentReport(string Name, string? Description, string Where, long Size, IReadOnlyList<SegmentDay> Sizes);

/// <param name="Day">UTC.</param>
/// <param name="Size">At the end of the day.</param>
public sealed record SegmentDay(string Day, long Size, long Entered, long Left);

/// <param name="EnteredAt">ISO 8601.</param>
public sealed record SegmentMember(string Customer, string EnteredAt);

/// <summary>What publishing a segment would do, by the customers' present states.</summary>
/// <param name="Size">Customers who would be in it.</param>
/// <param name="Customers">The first <see cref="CustomersShown"/> of them, by id; the same of the other lists.</param>
/// <param name="Entering">Of them, those who are not in what is published under the name now.</param>
/// <param name="Leaving">Customers who are in that now, and would not be.</param>
public sealed record SegmentPreviewReport(
    string Name, long Size, IReadOnlyList<string> Customers, long Entering, IReadOnlyList<string> EnteringCustomers, long Leaving, IReadOnlyList<string> LeavingCustomers)
{
    public const int CustomersShown = 100;
}

/// <summary>Segments: how large, over time, who is in them, and who would be.</summary>
public sealed class SegmentReader(IStateStore states)
{
    private const int PageCustomers = 5_000;

    public async Task<IReadOnlyList<SegmentSummary>> ListAsync(DefinitionSet definitions, CancellationToken cancellation)
    {
        Dictionary<string, long> sizes = [];
        await foreach (var row in states.AllAsync(ReadModelTables.SegmentDays, [], cancellation))
        {
            sizes[row[0].Text!] = sizes.GetValueOrDefault(row[0].Text!) + row[2].Integer - row[3].Integer;
        }

        return [.. definitions.Segments.Values.OrderBy(static segment => segment.Name, StringComparer.Ordinal)
            .Select(segment => new SegmentSummary(segment.Name, segment.Description, segment.Where.Source, sizes.GetValueOrDefault(segment.Name)))];
    }

    public async Task<SegmentReport> ReadAsync(SegmentDefinition segment, CancellationToken cancellation)
    {
        List<SegmentDay> days = [];
        var size = 0L;
        await foreach (var row in states.AllAsync(ReadModelTables.SegmentDays, [new Filter("segment", FilterKind.Equal, segment.Name)], cancellation))
        {
            size += row[2].Integer - row[3].Integer;
            days.Add(new SegmentDay(row[1].Text!, size, row[2].Integer, row[3].Integer));
        }

        return new SegmentReport(segment.Name, segment.Description, segment.Where.Source, size, days);
    }

    /// <summary>In the order of the customers' ids.</summary>
    public async Task<IReadOnlyList<SegmentMember>> MembersAsync(string segment, int limit, CancellationToken cancellation)
    {
        var rows = await states.QueryAsync(
            new TableQuery(ReadModelTables.SegmentMembers, [new Filter("segment", FilterKind.Equal, segment)], [], limit), cancellation);
        return [.. rows.Select(static row => new SegmentMember(row[1].Text!, Instants.ToIso(row[2].Integer)))];
    }

    /// <param name="now">What the conditions call now, Unix milliseconds.</param>
    /// <param name="progress">Hears how many customers were looked at.</param>
    public async Task<SegmentPreviewReport> PreviewAsync(
        SegmentDefinition draft, DefinitionSet definitions, long now, IProgress<long>? progress, CancellationToken cancellation)
    {
        var vocabulary = new Vocabulary();
        var preview = new SegmentPreview(draft, definitions, now);
        var tally = new Tally();
        var last = "";
        for (var looked = 0L; ;)
        {
            var page = await states.QueryAsync(
                new TableQuery(ReadModelTables.Customers, [new Filter("customer", FilterKind.Greater, last)], [], PageCustomers), cancellation);
            var customers = page.Select(static row => row[0].Text!).ToArray();
            var stored = await states.LoadAsync(customers, cancellation);
            foreach (var customer in customers)
            {
                if (stored.TryGetValue(customer, out var bytes) && preview.Of(CustomerState.Read(customer, bytes.Span, vocabulary)) is { } turn)
                {
                    tally.Count(customer, turn);
                }
            }

            progress?.Report(looked += customers.Length);
            if (customers.Length < PageCustomers)
            {
                return tally.Report(draft.Name);
            }

            last = customers[^1];
        }
    }

    private sealed class Tally
    {
        private readonly List<string> _in = [];
        private readonly List<string> _entering = [];
        private readonly List<string> _leaving = [];
        private long _size;
        private long _entries;
        private long _exits;

        public void Count(string customer, SegmentTurn turn)
        {
            _size += Take(turn.IsIn, customer, _in);
            _entries += Take(turn is { IsIn: true, WasIn: false }, customer, _entering);
            _exits += Take(turn is { IsIn: false, WasIn: true }, customer, _leaving);
        }

        public SegmentPreviewReport Report(string name) => new(name, _size, _in, _entries, _entering, _exits, _leaving);

        private static int Take(bool counts, string customer, List<string> shown)
        {
            if (counts && shown.Count < SegmentPreviewReport.CustomersShown)
            {
                shown.Add(customer);
            }

            return counts ? 1 : 0;
        }
    }
}
