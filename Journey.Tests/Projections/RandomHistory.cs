using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Tests.Projections;

/// <summary>Made-up histories of a few customers: the same seed, the same history.</summary>
internal sealed class RandomHistory
{
    private static readonly string[] Channels = ["web", "app", "store", "email", "call-center"];

    private readonly List<RecordedEvent> _log = [];
    private readonly Random _dice;
    private readonly Dictionary<string, long> _versions = [];
    private readonly List<string> _customers;
    private long _clock = Story.Instant("2026-01-01T00:00Z");

    private RandomHistory(int seed, int customers)
    {
        _dice = new Random(seed);
        _customers = [.. Enumerable.Range(1, customers).Select(static i => $"c{i:0000000000000000}")];
    }

    /// <param name="merges">How many times two of the customers become one.</param>
    public static IReadOnlyList<RecordedEvent> Of(int seed, int events, int customers, int merges)
    {
        var history = new RandomHistory(seed, customers);
        var mergeAt = Enumerable.Range(0, merges).Select(_ => history._dice.Next(events)).ToHashSet();
        for (var i = 0; i < events; i++)
        {
            history.Next();
            if (mergeAt.Contains(i) && history._customers.Count > 1)
            {
                history.Merge();
            }
        }

        return history._log;
    }

    private void Next()
    {
        _clock += _dice.Next(10) switch { < 6 => _dice.Next(90_000), < 9 => _dice.Next(3_600_000), _ => _dice.Next(3 * 86_400_000) };
        var late = _dice.Next(12) == 0 ? _dice.Next(7_200_000) : 0;
        var customer = _customers[_dice.Next(_customers.Count)];
        var flags = _dice.Next(5) == 0 ? EventFlags.Imported : EventFlags.None;
        var cart = _dice.Next(3) switch { 0 => null, var n => $"cart{n}" };
        switch (_dice.Next(14))
        {
            case 0:
                Add(customer, EventNames.TimeReached, EventKind.Time, EventFlags.None, _clock, null);
                break;
            case 1:
                Add(customer, EventNames.Identified, EventKind.Interaction, flags, _clock - late, null, new { city = $"city{_dice.Next(3)}", email = $"{customer}@example.org" });
                break;
            case 2:
                var id = $"m{_log.Count}";
                Add(customer, EventNames.MessageRequested, EventKind.Decision, EventFlags.None, _clock, new { journey = "j", version = 1, run = "r", step = "s", channel = "email", template = "t" }, id: id);
                Add(customer, EventNames.MessageSent, EventKind.Outcome, EventFlags.None, _clock + 50, new { message_id = id });
                React(customer, id, flags);
                break;
            case 3:
                Run(customer);
                break;
            case 4:
                Add(customer, "Product Viewed", EventKind.Interaction, flags, _clock - late, Product(cart));
                break;
            case 5 or 6:
                Add(customer, "Product Added", EventKind.Interaction, flags, _clock - late, Product(cart));
                break;
            case 7:
                Add(customer, _dice.Next(2) == 0 ? "Product Removed" : "Cart Viewed", EventKind.Interaction, flags, _clock - late, Product(cart));
                break;
            case 8:
                Add(customer, "Checkout Started", EventKind.Interaction, flags, _clock - late, new { cart_id = cart });
                break;
            case 9:
                Add(customer, "Order Completed", EventKind.Interaction, flags, _clock - late, new { cart_id = cart, order_id = $"o{_dice.Next(30)}", total = _dice.Next(100) });
                break;
            case 10 when _dice.Next(4) == 0:
                Add(customer, EventNames.CampaignCostRecorded, EventKind.Interaction, flags, _clock - late, new { cost = _dice.Next(100), channel = "cpc", campaign = "spring" });
                break;
            case 11:
                Add(customer, "Page Viewed", EventKind.Interaction, flags, _clock - late, new { utm_medium = _dice.Next(2) == 0 ? "cpc" : "social", utm_campaign = $"u{_dice.Next(2)}" });
                break;
            default:
                Add(customer, $"Page {_dice.Next(4)} Viewed", EventKind.Interaction, flags, _clock - late, null, session: _dice.Next(4) == 0 ? $"session{_dice.Next(6)}" : null);
                break;
        }
    }

    private void React(string customer, string message, EventFlags flags)
    {
        string[] names = [EventNames.MessageDelivered, EventNames.MessageOpened, EventNames.MessageClicked, "Email Bounced", EventNames.MessageComplained];
        for (var i = _dice.Next(4); i > 0; i--)
        {
            Add(customer, names[_dice.Next(names.Length)], EventKind.Interaction, flags, _clock + 100, new { message_id = message, type = _dice.Next(2) == 0 ? "soft" : "hard" });
        }
    }

    private void Run(string customer)
    {
        var (run, holdout, version) = ($"r{_log.Count}", _dice.Next(2) == 0, _dice.Next(1, 3));
        Add(customer, EventNames.RunEntered, EventKind.Decision, EventFlags.None, _clock, new { journey = "j", version, run, holdout });
        Add(customer, EventNames.RunBranched, EventKind.Decision, EventFlags.None, _clock, new { journey = "j", version, run, step = "pick", variant = _dice.Next(2) == 0 ? "a" : "b" });
        Add(customer, EventNames.RunWaiting, EventKind.Decision, EventFlags.None, _clock, new { journey = "j", version, run, step = "rest" });
        if (_dice.Next(2) == 0)
        {
            Add(customer, EventNames.GoalReached, EventKind.Decision, EventFlags.None, _clock, new { journey = "j", version, run, holdout });
        }

        if (_dice.Next(2) == 0)
        {
            Add(customer, EventNames.RunExited, EventKind.Decision, EventFlags.None, _clock, new { journey = "j", version, run, step = "rest", reason = "completed" });
        }
    }

    private object Product(string? cart) => new
    {
        cart_id = cart,
        product_id = $"p{_dice.Next(4)}",
        price = _dice.Next(1, 200) / 4m,
        quantity = _dice.Next(1, 3),
        currency = _dice.Next(6) == 0 ? "USD" : "EUR",
    };

    private void Merge()
    {
        var absorbed = _customers[_dice.Next(_customers.Count)];
        _customers.Remove(absorbed);
        var survivor = _customers[_dice.Next(_customers.Count)];
        Add(absorbed, EventNames.IdentityAbsorbed, EventKind.Identity, EventFlags.None, _clock, new { survivor });
        Add(survivor, EventNames.IdentitiesMerged, EventKind.Identity, EventFlags.None, _clock, new { absorbed });
    }

    private void Add(string customer, string name, EventKind kind, EventFlags flags, long at, object? properties, object? traits = null, string? session = null, string? id = null)
    {
        var payload = new Dictionary<string, object> { ["properties"] = properties ?? new { } };
        if (traits is not null)
        {
            payload["traits"] = traits;
        }

        if (session is not null)
        {
            payload["session"] = session;
        }

        _versions[customer] = _versions.GetValueOrDefault(customer) + 1;
        _log.Add(new RecordedEvent(
            _log.Count + 1, customer, _versions[customer], Partitions.Of(customer), "test", id ?? $"e{_log.Count}", name, kind, flags,
            kind == EventKind.Interaction ? ContactChannel.From(Channels[_dice.Next(Channels.Length)]) : ContactChannel.Internal, at, _clock,
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(payload))));
    }
}
