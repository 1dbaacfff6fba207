using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Projections.Customers;

namespace Journey.Projections.Merges;

/// <summary>Says of each event that a survivor was told while two were one whether it goes with the restored customer. Asked in position order.</summary>
/// <remarks>
/// An interaction goes by its strongest identifier. A derived event goes with its cart, a run with the event it was entered by, and what was
/// decided for a run, or came of it, with the run. Time passed for both.
/// </remarks>
internal sealed class Parting
{
    private readonly HashSet<Identifier> _identifiers;
    private readonly HashSet<string> _names;
    private readonly HashSet<long> _positions = [];
    private readonly HashSet<string> _carts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _decisions = new(StringComparer.Ordinal);

    /// <param name="identifiers">That go with the restored customer.</param>
    /// <param name="before">What the restored customer stood for when the merge was made.</param>
    public Parting(ImmutableArray<Identifier> identifiers, string restored, OwnEvents before)
    {
        _identifiers = [.. identifiers];
        _names = [restored, .. before.Absorbed().Keys];
        foreach (var recorded in before.All())
        {
            Note(recorded);
        }
    }

    /// <summary>Ids of the runs that go.</summary>
    public HashSet<string> Runs { get; } = new(StringComparer.Ordinal);

    /// <summary>Messages asked for by those runs: when, on which channel, by which journey.</summary>
    public List<(long At, string Channel, string Journey)> Messages { get; } = [];

    /// <summary>Whether an event at this position goes.</summary>
    public bool HasPosition(long position) => _positions.Contains(position);

    /// <summary>The event was recorded for the restored customer in the first place, and stands on their stream.</summary>
    public static bool IsToldTwice(in RecordedEvent recorded) => recorded.Name is EventNames.EventMoved or EventNames.RunsHandedOver;

    public bool Goes(in RecordedEvent recorded)
    {
        var text = recorded.Json.Span;
        var goes = recorded.Kind switch
        {
            EventKind.Time => true,
            EventKind.Interaction => IsTheirs(PayloadIds.Read(text).Identifiers),
            EventKind.Identity => JsonScan.Property(text, "from"u8) is { } from && _names.Contains(from),
            EventKind.Derived => JsonScan.Property(text, "cart_id"u8) is { } cart && _carts.Contains(cart),
            EventKind.Decision => recorded.Name switch
            {
                EventNames.RunsHandedOver => JsonScan.Property(text, "from"u8) is { } giver && _names.Contains(giver),
                EventNames.RunEntered or EventNames.RunNotEntered => _positions.Contains(Number(text, "basis"u8)),
                _ => JsonScan.Property(text, "run"u8) is { } run && Runs.Contains(run),
            },
            EventKind.Outcome => AnswerOf(text) is { } answered && _decisions.Contains(answered),
            _ => false,
        };
        if (goes && recorded.Kind != EventKind.Time)
        {
            Note(recorded);
        }

        return goes;
    }

    private bool IsTheirs(ImmutableArray<Identifier> identifiers)
    {
        Identifier? strongest = null;
        foreach (var identifier in identifiers)
        {
            strongest = strongest is { } other && other.Kind <= identifier.Kind ? strongest : identifier;
        }

        return strongest is { } known && _identifiers.Contains(known);
    }

    private void Note(in RecordedEvent recorded)
    {
        _positions.Add(recorded.Position);
        var text = recorded.Json.Span;
        if (recorded.Kind == EventKind.Interaction)
        {
            _carts.Add(string.Create(CultureInfo.InvariantCulture, $"cart-{recorded.Position}"));
            if (JsonScan.Property(text, "cart_id"u8) is { Length: > 0 } cart)
            {
                _carts.Add(cart);
            }
        }
        else if (recorded.Kind == EventKind.Decision && JsonScan.Property(text, "run"u8) is { Length: > 0 } run)
        {
            Runs.Add(run);
            _decisions.Add(recorded.Id);
            if (recorded.Name == EventNames.MessageRequested)
            {
                Messages.Add((recorded.OccurredAt, JsonScan.Property(text, "channel"u8) ?? "", JsonScan.Property(text, "journey"u8) ?? ""));
            }
        }
    }

    private static string? AnswerOf(ReadOnlySpan<byte> text) =>
        JsonScan.Property(text, "message_id"u8) ?? JsonScan.Property(text, "decision"u8) ?? JsonScan.Property(text, "task_id"u8);

    private static long Number(ReadOnlySpan<byte> text, ReadOnlySpan<byte> member) =>
        long.TryParse(JsonScan.Property(text, member), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
