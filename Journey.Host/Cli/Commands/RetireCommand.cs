using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

internal sealed class RetireCommand(ICommandServices services, Terminal terminal)
    : StatusCommand("retire", "Take a document back: no entries any more; runs under way go on by their version.", services, terminal)
{
    public override IReadOnlyList<CommandExample> Examples => [new("retire abandoned-cart --store sqlite:shop.db", "Nobody enters any more:")];

    protected override string Done => "Retired";

    protected override Task<StatusAnswer> ChangeAsync(Publisher publisher, string name, CancellationToken cancellation) => publisher.RetireAsync(name, cancellation);
}
