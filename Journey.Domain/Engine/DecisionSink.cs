using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Journey.Domain.Events;

namespace Journey.Domain.Engine;

/// <summary>Collects what the engine decides. One per fold, used again from event to event: it also keeps the engine's scratch memory.</summary>
/// <remarks>Not safe for several threads at once. Every call for one basis event must use the same sink, so that ordinals go on.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The writer owns nothing: it writes to a buffer in memory.")]
public sealed class DecisionSink
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    private readonly List<Decision> _decisions = [];
    private readonly List<(Guid Run, int Next)> _ordinals = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    public DecisionSink(IEngineTrace? trace = null)
    {
        Trace = trace;
        _writer = new Utf8JsonWriter(_buffer, Options);
        Reaction = new Reaction(this);
    }

    public IEngineTrace? Trace { get; }

    /// <summary>In the order they were taken. The caller takes what it wants recorded, then clears.</summary>
    public IReadOnlyList<Decision> Decisions => _decisions;

    public long BasisPosition { get; private set; }

    /// <summary>By name, which decisions are only noted, because nobody will store or fold them; null, as live: none. Only a few kinds can be.</summary>
    public Func<string, bool>? OnlyNotes { get; set; }

    internal Reaction Reaction { get; }

    /// <summary>False: what is decided stands in the log already, and is neither written out nor collected; states change just the same.</summary>
    public bool Writes { get; set; } = true;

    /// <summary>Forgets the decisions collected so far; ordinals go on until the next basis event.</summary>
    public void Clear() => _decisions.Clear();

    internal void Basis(long position)
    {
        if (BasisPosition != position)
        {
            BasisPosition = position;
            _ordinals.Clear();
        }
    }

    internal bool IsOnlyNoted(string name) => OnlyNotes is { } only && only(name);

    /// <summary>A decision without id and payload. Its ordinal is taken, so that what follows from the same event is called the same either way.</summary>
    internal void Note(in TracePoint point, Guid subject, string name, long occurredAt, in DecisionNote note)
    {
        NextOrdinal(subject);
        var decision = new Decision(Guid.Empty, name, EventKind.Decision, occurredAt, default, note);
        _decisions.Add(decision);
        Trace?.Decided(point, decision);
    }

    /// <summary>Starts a payload: the caller writes what stands under <c>properties</c>, then calls <see cref="Record"/>.</summary>
    internal Utf8JsonWriter Begin()
    {
        _buffer.ResetWrittenCount();
        _buffer.GetSpan(1)[0] = StoredPayload.JsonMarker;
        _buffer.Advance(1);
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteStartObject("properties"u8);
        return _writer;
    }

    /// <param name="subject">The run, or what stands for one where there is none: with basis and ordinal it names the decision.</param>
    /// <param name="cascade">Above 0: written under <c>context</c>.</param>
    internal Guid Record(in TracePoint point, Guid subject, string name, EventKind kind, long occurredAt, int cascade = 0)
    {
        _writer.WriteEndObject();
        if (cascade > 0)
        {
            WriteContext(point, cascade);
        }

        _writer.WriteEndObject();
        _writer.Flush();
        var id = IdOf(subject, NextOrdinal(subject));
        var decision = new Decision(id, name, kind, occurredAt, _buffer.WrittenSpan.ToArray());
        _decisions.Add(decision);
        Trace?.Decided(point, decision);
        return id;
    }

    /// <summary>Takes a decision that is not written out: ordinals go on as if it were.</summary>
    internal int Pass(Guid subject) => NextOrdinal(subject);

    internal Guid IdOf(Guid subject, int ordinal)
    {
        const int room = 80;
        Span<byte> name = stackalloc byte[room];
        Utf8.TryWrite(name, CultureInfo.InvariantCulture, $"{subject:D}|{BasisPosition}|{ordinal}", out var length);
        return StableHash.Id(name[..length]);
    }

    // An emitted event's properties are the designer's own, so what the engine adds stands beside them.
    private void WriteContext(in TracePoint point, int cascade)
    {
        _writer.WriteStartObject("context"u8);
        _writer.WriteString("journey"u8, point.Journey);
        _writer.WriteNumber("version"u8, point.Version);
        _writer.WriteString("run"u8, point.Run!.Value);
        _writer.WriteString("step"u8, point.Step);
        _writer.WriteNumber("cascade"u8, cascade);
        _writer.WriteEndObject();
    }

    private int NextOrdinal(Guid subject)
    {
        for (var i = 0; i < _ordinals.Count; i++)
        {
            if (_ordinals[i].Run == subject)
            {
                var ordinal = _ordinals[i].Next;
                _ordinals[i] = (subject, ordinal + 1);
                return ordinal;
            }
        }

        _ordinals.Add((subject, 1));
        return 0;
    }
}
