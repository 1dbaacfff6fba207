using System.Buffers;
using Journey.Domain.Engine;
using Journey.Projections.Carts;
using Journey.Projections.Deliveries;
using Journey.Projections.Maps;
using Journey.Projections.Runs;

namespace Journey.Projections.Customers;

/// <summary>Everything that the folds and the engine need of one customer, as of the last event folded in.</summary>
/// <remarks>
/// Mutable, and owned by one fold at a time: copying it for every event would be most of the work. A fold that is not committed
/// leaves the state ahead of the store: drop it and read it again.
/// </remarks>
public sealed class CustomerState(string customer, Vocabulary vocabulary)
{
    public const int AbsorbedMax = 1_000;

    /// <summary>Raised with the stored form, and whenever a fold would answer differently: states and read models of another version are folded again, not read.</summary>
    public const int FoldVersion = CustomerStateFormat.Version;

    public string Customer { get; } = customer;

    /// <summary>Position of the last event folded in; 0: none yet.</summary>
    public long LastPosition { get; internal set; }

    /// <summary>When the scheduler must record that time has come, Unix milliseconds; null: never.</summary>
    public long? DueAt { get; internal set; }

    public Profile Profile { get; internal set; } = new();

    public IdentifierUses Identifiers { get; internal set; } = new();

    public Lifetime Lifetime { get; internal set; } = new();

    public EventHistory History { get; internal set; } = new();

    public Sessions Sessions { get; internal set; } = new();

    public CartShelf Carts { get; internal set; } = new();

    public Browse Browse { get; internal set; } = new();

    public MessageBox Messages { get; internal set; } = new();

    public RunList Runs { get; internal set; } = new();

    /// <summary>Names of the segments the customer is in, in alphabetical order, as of the last event.</summary>
    public List<string> Segments { get; internal set; } = [];

    /// <summary>When the customer enters or leaves one though nothing happens, Unix milliseconds; null: never.</summary>
    internal long? SegmentsDueAt { get; set; }

    /// <summary>The latest instant at which something was found to turn by time: nobody is looked at as of a time before it. 0: none.</summary>
    internal long SegmentsAt { get; set; }

    /// <summary>The instant as of which segments are looked at, asked at another: nobody is taken back to a time whose windows held something else.</summary>
    internal long SegmentsLookedAt(long at) => Math.Max(at, Math.Max(Lifetime.LastSeenAt, SegmentsAt));

    /// <summary>The customers whose streams are folded into this one since they became one person.</summary>
    public List<string> Absorbed { get; internal set; } = [];

    /// <summary>Position of the merge that made each of <see cref="Absorbed"/> this customer.</summary>
    public List<long> AbsorbedSince { get; internal set; } = [];

    /// <summary>Set on a tombstone: the customer who this one turned out to be.</summary>
    public string? MergedInto { get; internal set; }

    /// <summary>The customer was erased: what is still recorded (the outcome of a delivery under way) is projected, and nothing follows from it.</summary>
    public bool IsErased { get; internal set; }

    /// <summary>The customer's runs as the engine knows them.</summary>
    public EngineState Engine { get; internal set; } = new();

    internal Vocabulary Vocabulary { get; } = vocabulary;

    internal MapCase Map { get; set; } = new();

    /// <summary>The cart that the event being folded is about.</summary>
    internal Cart? EventCart { get; set; }

    /// <summary>The workspace's currency as of the last event: what the customer's row is written with.</summary>
    internal string DefaultCurrency { get; set; } = "";

    /// <summary>Nothing happened to it that makes it a customer: a sender of costs, say.</summary>
    internal bool IsNobody => Lifetime.IsEmpty && History.Count == 0 && MergedInto is null && Absorbed.Count == 0 && Runs.Runs.Count == 0;

    /// <summary>Takes another state's folds over: all but the engine's part and the segments.</summary>
    internal void TakeProjections(CustomerState other)
    {
        (Profile, Identifiers, Lifetime, History, Sessions) = (other.Profile, other.Identifiers, other.Lifetime, other.History, other.Sessions);
        (Carts, Browse, Messages, Runs, Map) = (other.Carts, other.Browse, other.Messages, other.Runs, other.Map);
        EventCart = null;
    }

    public void Write(IBufferWriter<byte> into) => CustomerStateFormat.Write(this, into);

    /// <exception cref="InvalidDataException">The bytes are of another version: rebuild.</exception>
    public static CustomerState Read(string customer, ReadOnlySpan<byte> bytes, Vocabulary vocabulary) =>
        CustomerStateFormat.Read(customer, bytes, vocabulary);
}
