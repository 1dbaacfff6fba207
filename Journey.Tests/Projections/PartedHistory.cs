using System.Text.Json;
using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

/// <summary>Made-up histories of people who are taken for one another and parted again: the same seed, the same history.</summary>
internal sealed class PartedHistory
{
    private readonly Random _dice;
    private readonly List<RecordedEvent> _log = [];
    private readonly List<(RecordedEvent Event, string[] People)> _told = [];
    private readonly string[] _people;
    private readonly Dictionary<string, string> _into = [];
    private readonly Dictionary<string, long> _versions = [];
    private long _clock = Story.Instant("2026-01-01T00:00Z");

    private PartedHistory(int seed)
    {
        _dice = new Random(seed);
        _people = [.. Enumerable.Range(1, 5).Select(static i => $"c{i:0000000000000000}")];
    }

    public IReadOnlyList<RecordedEvent> Log => _log;

    public int Unmerges { get; private set; }

    /// <summary>The log as it would be if everybody had always been whom they are in the end.</summary>
    public IReadOnlyList<RecordedEvent> AsIfAlways =>
        [.. _told.SelectMany(told => told.People.Select(Top).Distinct().Select(stream => told.Event with { Stream = stream }))];

    public static PartedHistory Of(int seed, int events)
    {
        var history = new PartedHistory(seed);
        for (var i = 0; i < events; i++)
        {
            switch (history._dice.Next(25))
            {
                case 0: history.Merge(); break;
                case 1: history.Unmerge(); break;
                case 2 or 3: history.Time(); break;
                default: history.Interact(); break;
            }
        }

        return history;
    }

    public string WithoutTombstones(TableRows rows) => string.Join('\n', rows.Text().Split('\n')
        .Where(line => !_into.Keys.Any(customer => line.StartsWith($"{ReadModelTables.Customers.Name}: {customer} ", StringComparison.Ordinal))));

    private string Top(string person) => _into.TryGetValue(person, out var into) ? Top(into) : person;

    private string[] GroupOf(string top) => [.. _people.Where(person => Top(person) == top)];

    private string[] Branch(string root) => [.. _people.Where(person => IsUnder(person, root))];

    private bool IsUnder(string person, string root) => person == root || (_into.TryGetValue(person, out var into) && IsUnder(into, root));

    private void Merge()
    {
        var tops = _people.Select(Top).Distinct().ToArray();
        if (tops.Length < 2)
        {
            return;
        }

        _dice.Shuffle(tops);
        Add(tops[0], EventNames.IdentityAbsorbed, EventKind.Identity, _clock, new { properties = new { survivor = tops[1] } });
        Add(tops[1], EventNames.IdentitiesMerged, EventKind.Identity, _clock, new { properties = new { absorbed = tops[0] } });
        _into[tops[0]] = tops[1];
    }

    private void Unmerge()
    {
        var direct = _into.Where(pair => Top(pair.Value) == pair.Value).ToArray();
        if (direct.Length == 0)
        {
            return;
        }

        var (restored, survivor) = direct[_dice.Next(direct.Length)];
        var ids = new { anonymousId = Branch(restored).Select(static person => $"id-{person}").ToArray() };
        Add(restored, EventNames.IdentityRestored, EventKind.Identity, _clock, new { ids, properties = new { survivor, has_user_id = false, has_loyalty_card = false } });
        Add(survivor, EventNames.IdentitiesUnmerged, EventKind.Identity, _clock, new { properties = new { absorbed = restored, has_user_id = false, has_loyalty_card = false } });
        _into.Remove(restored);
        Unmerges++;
    }

    private void Time()
    {
        var top = Top(_people[_dice.Next(_people.Length)]);
        _told.Add((Add(top, EventNames.TimeReached, EventKind.Time, _clock, new { }), GroupOf(top)));
    }

    private void Interact()
    {
        _clock += _dice.Next(10) switch { < 6 => _dice.Next(90_000), < 9 => _dice.Next(3_600_000), _ => _dice.Next(3 * 86_400_000) };
        var late = _dice.Next(8) == 0 ? _dice.Next(7_200_000) : 0;
        var person = _people[_dice.Next(_people.Length)];
        var cart = _dice.Next(3) switch { 0 => null, var n => $"cart{n}-{person}" };
        var product = new { cart_id = cart, product_id = $"p{_dice.Next(4)}", price = _dice.Next(1, 200) / 4m, quantity = _dice.Next(1, 3) };
        var (name, properties) = _dice.Next(9) switch
        {
            0 => ("Product Viewed", (object)product),
            1 or 2 => ("Product Added", product),
            3 => ("Product Removed", product),
            4 => ("Checkout Started", new { cart_id = cart }),
            5 => ("Order Completed", new { cart_id = cart, order_id = $"o{_dice.Next(30)}-{person}", total = _dice.Next(100) }),
            6 => ("NPS Answered", new { score = _dice.Next(12) }),
            7 => ("Consent Granted", new { channel = "email" }),
            _ => ($"Page {_dice.Next(4)} Viewed", new { }),
        };
        var payload = new { ids = new { anonymousId = $"id-{person}" }, traits = new { city = $"city{_dice.Next(3)}" }, properties };
        _told.Add((Add(Top(person), name, EventKind.Interaction, _clock - late, payload), [person]));
    }

    private RecordedEvent Add(string stream, string name, EventKind kind, long at, object payload)
    {
        string[] channels = ["web", "app", "store"];
        var version = _versions[stream] = _versions.GetValueOrDefault(stream) + 1;
        var recorded = new RecordedEvent(
            _log.Count + 1, stream, version, Partitions.Of(stream), "test", $"e{_log.Count}", name, kind, EventFlags.None,
            kind == EventKind.Interaction ? ContactChannel.From(channels[_dice.Next(channels.Length)]) : ContactChannel.Internal, at, _clock,
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(payload)));
        _log.Add(recorded);
        return recorded;
    }
}
