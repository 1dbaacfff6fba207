using System.Collections.Concurrent;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Cli;
using Journey.Host.Running;
using Spectre.Console;

namespace Journey.Host.Demo;

/// <summary>Lets the simulated shop live: its people act, the engine reacts, and people react to that.</summary>
public sealed class DemoRun(JourneyRuntime runtime, DemoOptions options, AcceleratedClock clock, Terminal terminal)
{
    /// <summary>Where a first demo begins: a Monday morning, so that quiet hours and weekdays show soon.</summary>
    public static readonly DateTimeOffset Opening = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private const int SendMax = 500;

    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(100);

    private readonly DemoTally _tally = new();
    private readonly ConcurrentDictionary<string, Shopper> _shoppers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Customer, string Decision, JsonElement About, long At)> _messages = new();

    /// <summary>The shop's time at which a demo goes on: where its log ends.</summary>
    public static async Task<DateTimeOffset> ResumeAtAsync(IEventLog log, CancellationToken cancellation)
    {
        var head = log.PositionOf(await log.HeadAsync(cancellation));
        if (head == 0)
        {
            return Opening;
        }

        var last = await log.ReadAsync(await log.BeforeAsync(head, cancellation), 1, cancellation);
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(last.Events[0].ReceivedAt, Opening.ToUnixTimeMilliseconds()));
    }

    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.For is { } limit)
        {
            ending.CancelAfter(limit);
        }

        var follow = FollowAsync(ending.Token);
        var live = LiveAsync(ending.Token);
        var show = ShowAsync(ending.Token);
        try
        {
            // The first to fail ends the others; the usual end is the one that was asked for.
            await await Task.WhenAny(follow, live, show, runtime.Running);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(follow, live, show).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        terminal.Out.WriteLine(DemoScreen.Line(_tally, clock.GetUtcNow()));
        terminal.Out.WriteLine($"Stopped. The shop is kept in {options.Store}; starting the demo again goes on from here.");
    }

    private async Task LiveAsync(CancellationToken stop)
    {
        var shop = new Shop(options.Customers, options.Seed);
        var start = clock.GetUtcNow();
        var signedUp = new bool[options.Customers];
        foreach (var shopper in shop.Shoppers)
        {
            signedUp[shopper.Number - 1] = await runtime.Ingest.FindAsync(new Identifier(IdentifierKind.UserId, shopper.UserId), stop) is { } customer
                && _shoppers.TryAdd(customer, shopper);
        }

        var simulation = new ShopSimulation(shop, start, HashCode.Combine(options.Seed, start), $"{start.ToUnixTimeSeconds():x}", shopper => signedUp[shopper.Number - 1]);
        // The past comes first, and with it people are signed up: where nobody is, the shop is new.
        if (_shoppers.IsEmpty)
        {
            foreach (var past in simulation.Past(Opening).Chunk(SendMax))
            {
                await SendAsync(past, shop, stop);
            }
        }

        while (true)
        {
            while (_messages.TryDequeue(out var message))
            {
                if (_shoppers.TryGetValue(message.Customer, out var reader))
                {
                    simulation.MessageArrived(
                        reader, message.Decision, Text(message.About, "journey"), Text(message.About, "step"), Text(message.About, "channel"),
                        DateTimeOffset.FromUnixTimeMilliseconds(message.At));
                }
            }

            foreach (var said in simulation.Until(clock.GetUtcNow()).Chunk(SendMax))
            {
                await SendAsync(said, shop, stop);
            }

            await Task.Delay(_tick, stop);
        }
    }

    private async Task SendAsync(Interaction[] said, Shop shop, CancellationToken stop)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var answers = await runtime.Ingest.IngestAsync([.. said.Select(interaction => interaction with { ReceivedAt = now })], stop);
        for (var i = 0; i < said.Length; i++)
        {
            if (answers[i] is IngestAnswer.Recorded recorded && ShopSimulation.NumberOf(said[i]) is { } number)
            {
                _shoppers[recorded.Customer] = shop.Shoppers[number - 1];
            }
        }
    }

    /// <summary>Reads the log as it grows: for the screen, and to let people read the messages they get.</summary>
    private async Task FollowAsync(CancellationToken stop)
    {
        for (var after = Checkpoint.Start; ;)
        {
            var page = await runtime.Log.ReadAsync(after, 1_000, stop);
            if (page.AtEnd)
            {
                await runtime.Log.WaitAsync(after, stop);
                continue;
            }

            foreach (var recorded in page.Events)
            {
                _tally.Observe(recorded);
                if (recorded.Name == EventNames.MessageRequested && recorded.OccurredAt > clock.GetUtcNow().ToUnixTimeMilliseconds() - Instants.Day)
                {
                    using var payload = JsonDocument.Parse(recorded.Json);
                    _messages.Enqueue((recorded.Stream, recorded.Id, payload.RootElement.GetProperty("properties").Clone(), recorded.OccurredAt));
                }
            }

            after = page.Next;
        }
    }

    private async Task ShowAsync(CancellationToken stop)
    {
        if (!terminal.IsInteractive)
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(5), stop);
                terminal.Out.WriteLine(DemoScreen.Line(_tally, clock.GetUtcNow()));
            }
        }

        await AnsiConsole.Live(new Text("opening the shop …")).AutoClear(true).StartAsync(async display =>
        {
            var before = _tally.Events;
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
                var events = _tally.Events;
                display.UpdateTarget(DemoScreen.Draw(_tally, clock.GetUtcNow(), clock.Rate, options.Url, (events - before) * 2));
                before = events;
            }
        });
    }

    private static string Text(JsonElement about, string property) => about.TryGetProperty(property, out var value) ? value.ToString() : "";
}
