using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Host.Stores;

/// <summary>Reads whole streams one after the other, and leaves out what nobody can want.</summary>
/// <remarks>For one thread at a time. The store may be written to meanwhile: events behind the head it was opened with are not seen.</remarks>
public interface IStreamScan : IDisposable
{
    /// <summary>How many there are: streams are numbered from 1 in the order of their first event.</summary>
    long Streams { get; }

    string NameOf(long stream);

    /// <summary>0: there is no such stream.</summary>
    long NumberOf(string stream);

    /// <summary>Reads one stream in order.</summary>
    /// <param name="into">Added to.</param>
    /// <param name="buffer">Keeps the payloads; not restarted here.</param>
    /// <param name="counted">Told every event, also those left out: flags, when it happened, when it was received.</param>
    void Read(long stream, string name, List<RecordedEvent> into, PageBuffer buffer, Action<EventKind, EventFlags, long, long> counted);
}
