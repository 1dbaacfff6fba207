using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

internal sealed class PauseCommand(ICommandServices services, Terminal terminal)
    : StatusCommand("pause", "Pause a journey or rule: no entries, and no run takes a step, until it is resumed.", services, terminal)
{
    public override IReadOnlyList<CommandExample> Examples => [new("pause abandoned-cart --store sqlite:shop.db", "Nobody enters, and what is due meanwhile is held:")];

    protected override string Done => "Paused";

    protected override Task<StatusAnswer> ChangeAsync(Publisher publisher, string name, CancellationToken cancellation) => publisher.PauseAsync(name, cancellation);
}
