using Journey.Domain.Templates;
using Journey.Host.Dispatch;
using Journey.Host.Running.Hosts;
using Journey.Host.Running.Rebuilding;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Journey.Host.Running;

/// <summary>What the parts behind the server run with.</summary>
public sealed record RuntimeOptions
{
    /// <summary>Gets the workspace's clock: what the scheduler looks at, and what outcomes are recorded with.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets what a standstill is measured with: never faster than the wall, whatever the workspace's clock does.</summary>
    public TimeProvider Wall { get; init; } = TimeProvider.System;

    /// <summary>Gets how this host makes itself known to others on the same store.</summary>
    public LeaseOptions Lease { get; init; } = new();

    public ProcessorOptions Processor { get; init; } = new();

    public RebuildOptions Rebuild { get; init; } = new();

    public DispatchOptions Dispatch { get; init; } = new();

    public TemplateLibrary Templates { get; init; } = TemplateLibrary.Empty;

    /// <summary>Gets where console deliveries are written.</summary>
    public TextWriter Console { get; init; } = TextWriter.Null;

    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;
}
