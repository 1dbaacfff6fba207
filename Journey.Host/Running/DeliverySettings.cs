using Journey.Domain.Language;
using Journey.Domain.Templates;
using Journey.Host.Cli;
using Journey.Host.Dispatch;

namespace Journey.Host.Running;

/// <summary>What the command line says of deliveries: a file of channels, a folder of templates.</summary>
internal static class DeliverySettings
{
    /// <exception cref="CommandException">The file has faults: all of them are listed.</exception>
    public static DispatchOptions Channels(string? file)
    {
        if (file is null)
        {
            return new DispatchOptions();
        }

        var parse = ChannelsFile.Parse(File.ReadAllText(file), file, Environment.GetEnvironmentVariable);
        return parse.Options ?? throw Refused(parse.Faults);
    }

    /// <exception cref="CommandException">A template has faults: all of them are listed.</exception>
    public static TemplateLibrary Templates(string? folder)
    {
        if (folder is null)
        {
            return TemplateLibrary.Empty;
        }

        var parse = TemplateFolder.Load(folder);
        return parse.Faults.Any(fault => fault.Severity == FaultSeverity.Error) ? throw Refused(parse.Faults) : parse.Library;
    }

    private static CommandException Refused(IEnumerable<Fault> faults) => new(string.Join('\n', faults), ExitCodes.Usage, "Nothing was started.");
}
