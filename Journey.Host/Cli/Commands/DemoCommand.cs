using System.CommandLine;
using System.Globalization;

namespace Journey.Host.Cli.Commands;

/// <summary>The product at work, with nothing to set up.</summary>
internal sealed class DemoCommand : JourneyCommand
{
    private const string DefaultStore = "sqlite:journey-demo.db";

    private readonly Option<string?> _store = SharedOptions.Store(DefaultStore);
    private readonly Option<string?> _url = ServeCommand.UrlOption("Where the status page and the API are meanwhile. Left out: http://127.0.0.1:8080.");
    private readonly Option<int> _customers = SharedOptions.Whole("--customers", 2_000, 10, 1_000_000, "How many people the shop has.");
    private readonly Option<int> _speed = SharedOptions.Whole("--speed", 3_600, 1, 100_000, "Seconds of the shop's time per second of yours.");
    private readonly Option<int> _seed = SharedOptions.Whole("--seed", 1, 0, int.MaxValue, "The same seed, the same shop.");
    private readonly Option<int?> _for = new("--for")
    {
        Description = "Seconds after which the demo ends by itself. Left out: at Ctrl-C.",
        HelpName = "SECONDS",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400)
            {
                return seconds;
            }

            result.AddError($"--for: '{text}' was given. Expected seconds, 1 to 86400.");
            return null;
        },
    };

    public DemoCommand(ICommandServices services, Terminal terminal)
        : base("demo", "Run a simulated shop, with sample journeys, a live status and its own fast clock. Start it again to resume.", services, terminal)
    {
        Add(_store);
        Add(_url);
        Add(_customers);
        Add(_speed);
        Add(_seed);
        Add(_for);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("demo", "Watch carts being abandoned, reminded and recovered; Ctrl-C ends it:"),
        new("demo --store sqlite:big.db --customers 20000 --for 120", "A bigger shop, for two minutes, in a file of its own:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var options = new DemoOptions(
            SharedOptions.StoreOf(arguments, _store, DefaultStore),
            arguments.GetValue(_url) ?? ServeCommand.DefaultUrl,
            arguments.GetValue(_customers),
            arguments.GetValue(_speed),
            arguments.GetValue(_seed),
            arguments.GetValue(_for) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return await EndedByCtrlC(Services.DemoAsync(options, Terminal, cancellation), cancellation);
    }

    /// <summary>Ctrl-C is how a demo and a server are ended: that is no failure.</summary>
    internal static async Task<int> EndedByCtrlC(Task work, CancellationToken cancellation)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Expected: see above.
        }

        return ExitCodes.Ok;
    }
}
