using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

internal sealed class ResumeCommand(ICommandServices services, Terminal terminal)
    : StatusCommand("resume", "Let a paused journey or rule go on.", services, terminal)
{
    public override IReadOnlyList<CommandExample> Examples => [new("resume abandoned-cart --store sqlite:shop.db", "Held runs go on; sends that have become stale end their runs instead:")];

    protected override string Done => "Resumed";

    protected override Task<StatusAnswer> ChangeAsync(Publisher publisher, string name, CancellationToken cancellation) => publisher.ResumeAsync(name, cancellation);
}
