using Journey.Host.Cli;
using Journey.Host.Running;

return await new JourneyCommandLine(new CommandServices(), Terminal.OfProcess()).RunWithSignalsAsync(args);
