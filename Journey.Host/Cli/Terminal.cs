using System.Text;
using Spectre.Console;

namespace Journey.Host.Cli;

/// <summary>Where a command writes: colours, tables with borders and moving bars where a person looks on, plain lines everywhere else.</summary>
/// <remarks>Results go to <see cref="Out"/>, everything about them (progress, hints, faults) to <see cref="Error"/>, so that a result can be piped.</remarks>
public sealed class Terminal
{
    /// <param name="interactive">A person looks at both outputs: bars may move and tables may have borders.</param>
    /// <param name="colour">Only ever with <paramref name="interactive"/>.</param>
    /// <param name="time">For rates and for how often a plain progress line is due.</param>
    public Terminal(TextWriter output, TextWriter error, bool interactive, bool colour, TimeProvider time)
    {
        Out = output;
        Error = error;
        IsInteractive = interactive;
        Time = time;
        Screen = ScreenOn(output, interactive, colour);
        ErrorScreen = ScreenOn(error, interactive, colour);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool IsInteractive { get; }

    public TimeProvider Time { get; }

    /// <summary>For tables and live displays on standard output.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>For progress, beside a result that may be piped.</summary>
    public IAnsiConsole ErrorScreen { get; }

    /// <summary>The process's own: interactive where standard output and standard error are terminals; NO_COLOR (no-color.org) is honoured.</summary>
    public static Terminal OfProcess()
    {
        var interactive = !Console.IsOutputRedirected && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var colour = interactive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        if (!interactive)
        {
            // A pipe gets UTF-8 without a byte order mark, whatever the locale says.
            Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
            Console.SetError(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true });
        }

        return new Terminal(Console.Out, Console.Error, interactive, colour, TimeProvider.System);
    }

    /// <summary>Text from outside may hold control characters, and a terminal obeys those: they are shown as a middle dot.</summary>
    public static string Clean(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Any(char.IsControl)
        ? text
        : string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '·' : source[i];
            }
        });

    private static IAnsiConsole ScreenOn(TextWriter writer, bool interactive, bool colour) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        Out = new AnsiConsoleOutput(writer),
    });
}
