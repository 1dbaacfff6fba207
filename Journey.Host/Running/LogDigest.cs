using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Stores;

namespace Journey.Host.Running;

/// <summary>SHA-256 over every event of a log as it is read, so that two stores can be compared.</summary>
internal static class LogDigest
{
    private const int PageEvents = 10_000;

    public static async Task<string> OfAsync(IJourneyStore store, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var total = store.PositionOf(await store.HeadAsync(cancellation));
        var options = new ReadOptions(Buffer: new PageBuffer());
        for (var after = Checkpoint.Start; ;)
        {
            var page = await store.ReadAsync(after, PageEvents, options, cancellation);
            if (page.AtEnd)
            {
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            foreach (var recorded in page.Events)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(Header(recorded)));
                hash.AppendData(recorded.Payload.Span);
            }

            after = page.Next;
            progress?.Report(new WorkProgress("comparing", store.PositionOf(after), total, "events"));
        }
    }

    private static string Header(in RecordedEvent recorded) => string.Create(
        CultureInfo.InvariantCulture,
        $"{recorded.Position}\u001f{recorded.Stream}\u001f{recorded.Version}\u001f{recorded.Source}\u001f{recorded.Id}\u001f{recorded.Name}\u001f{(int)recorded.Kind}\u001f"
        + $"{(int)recorded.Flags}\u001f{recorded.Channel.Name}\u001f{recorded.OccurredAt}\u001f{recorded.ReceivedAt}\u001f{recorded.Payload.Length}\u001f");
}
