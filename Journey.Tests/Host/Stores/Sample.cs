using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Tests.Host.Stores;

/// <summary>Events and requests of which only what a test is about has to be said.</summary>
internal static class Sample
{
    public const long Noon = 1_772_452_800_000;

    public static NewEvent Event(string stream, string id, string name = "Product Viewed", string source = "web-shop", string json = "{}") => new(
        stream, source, id, name, EventKind.Interaction, EventFlags.None, ContactChannel.Web, Noon, Noon + 1, StoredPayload.FromJson(Encoding.UTF8.GetBytes(json)));

    public static AppendRequest Request(string stream, params string[] ids) => Request(stream, ExpectedVersion.Any, ids);

    public static AppendRequest Request(string stream, ExpectedVersion expected, params string[] ids) =>
        new(stream, expected, [.. ids.Select(id => Event(stream, id))]);

    public static async Task<AppendResult> AppendAsync(this IEventLog log, AppendRequest request) => (await log.AppendAsync([request]))[0];

    public static async Task<List<RecordedEvent>> AllAsync(this IEventLog log, int pageSize = 1_000)
    {
        var all = new List<RecordedEvent>();
        var after = Checkpoint.Start;
        while (true)
        {
            var page = await log.ReadAsync(after, pageSize);
            if (page.AtEnd)
            {
                return all;
            }

            all.AddRange(page.Events);
            after = page.Next;
        }
    }
}
