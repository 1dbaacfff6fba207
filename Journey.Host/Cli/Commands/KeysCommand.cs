using System.CommandLine;
using System.Security.Cryptography;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Ingestion;
using Journey.Host.Stores;

namespace Journey.Host.Cli.Commands;

/// <summary>Write keys: who may send events.</summary>
internal sealed class KeysCommand : JourneyCommand
{
    public KeysCommand(ICommandServices services, Terminal terminal)
        : base("keys", "List, add and revoke the write keys by which senders are known.", services, terminal)
    {
        Add(new KeysListCommand(services, terminal));
        Add(new KeysAddCommand(services, terminal));
        Add(new KeysRevokeCommand(services, terminal));
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("keys add web-shop", "A key for the web shop; it is shown this once:"),
        new("keys list", "Every key by name, never the key itself:"),
        new("keys revoke web-shop", "Events sent with it are refused from now on:"),
    ];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation) =>
        throw new CommandException("keys: expected list, add NAME or revoke NAME.", ExitCodes.Usage);
}

internal sealed class KeysListCommand : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public KeysListCommand(ICommandServices services, Terminal terminal)
        : base("list", "List the write keys by name.", services, terminal)
    {
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples => [new("keys list", "Every key by name:")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Existing, cancellation);
        var keys = await store.WriteKeys.ListAsync(cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new
            {
                keys = keys.Select(key => new { key.Name, createdAt = Instants.ToIso(key.CreatedAt), revokedAt = key.RevokedAt is { } at ? Instants.ToIso(at) : null }),
            });
            return ExitCodes.Ok;
        }

        var table = new TextTable().Column("name").Column("created").Column("state");
        foreach (var key in keys)
        {
            table.Row(key.Name, Instants.ToIso(key.CreatedAt), key.RevokedAt is { } at ? $"revoked {Instants.ToIso(at)}" : "in use");
        }

        table.WriteTo(Terminal);
        return ExitCodes.Ok;
    }
}

internal sealed class KeysAddCommand : JourneyCommand
{
    /// <summary>Hexadecimal digits: 128 bits.</summary>
    private const int KeyLength = 32;

    private readonly Argument<string> _name = NameArgument();
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public KeysAddCommand(ICommandServices services, Terminal terminal)
        : base("add", "Add a write key and print it, this once.", services, terminal)
    {
        Add(_name);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples => [new("keys add web-shop --store sqlite:shop.db", "A key for the web shop:")];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "the name is taken, or the store cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(_name);
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.CreateIfMissing, cancellation);
        var key = RandomNumberGenerator.GetHexString(KeyLength, lowercase: true);
        if (!await store.WriteKeys.AddAsync(key, name, cancellation))
        {
            throw new CommandException($"There is a key named '{name}' already.", hint: $"Revoke it first: journey keys revoke {name}");
        }

        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { name, key });
        }
        else
        {
            Terminal.Out.WriteLine(key);
            Terminal.Error.WriteLine($"This is the key for '{name}'. It is stored as a hash: note it now.");
        }

        return ExitCodes.Ok;
    }

    internal static Argument<string> NameArgument()
    {
        var argument = new Argument<string>("name")
        {
            Description = "The key's name: letters, digits, hyphens, dots; at most 100. Events carry it as their source.",
            HelpName = "NAME",
        };
        argument.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>() ?? "";
            if (name.Length is 0 or > WriteKey.NameMax || ReservedNames.IsSource(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            {
                result.AddError(
                    $"'{Terminal.Clean(name)}' is not a key's name. Expected letters, digits, hyphens and dots, at most {WriteKey.NameMax}: "
                    + "web-shop, for instance; journey is taken.");
            }
        });
        return argument;
    }
}

internal sealed class KeysRevokeCommand : JourneyCommand
{
    private readonly Argument<string> _name = KeysAddCommand.NameArgument();
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public KeysRevokeCommand(ICommandServices services, Terminal terminal)
        : base("revoke", "Revoke a write key: events sent with it are refused from now on.", services, terminal)
    {
        Add(_name);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples => [new("keys revoke web-shop", "The web shop's key stops working:")];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "no key in use has that name, or the store cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(_name);
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Existing, cancellation);
        if (!await store.WriteKeys.RevokeAsync(name, cancellation))
        {
            var inUse = (await store.WriteKeys.ListAsync(cancellation)).Where(key => key.RevokedAt is null).Select(key => key.Name).ToArray();
            var meant = NearMiss.Of(name, inUse);
            throw new CommandException($"No key in use is named '{name}'.", hint: meant is null ? null : $"Did you mean `{meant}`?");
        }

        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { name, revoked = true });
        }
        else
        {
            Terminal.Out.WriteLine($"Revoked {name}.");
        }

        return ExitCodes.Ok;
    }
}
