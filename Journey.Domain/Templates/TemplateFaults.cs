using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>Codes and texts of everything that can be wrong with a template. Codes are stable: add, never renumber.</summary>
public static class TemplateFaults
{
    public static Fault Unreadable(SourcePlace at, string why) =>
        Error("T101", at, $"The template cannot be read: {why}");

    public static Fault NotClosed(SourcePlace at) =>
        Error("T102", at, "This tag is not closed.", "`}}` (or `}}}` where it began with `{{{`)");

    public static Fault BlockNotClosed(SourcePlace at, string name) =>
        Error("T103", at, $"The block `{name}` is not closed.", $"{{{{/{name}}}}}");

    public static Fault UnmatchedClose(SourcePlace at, string name, string? open) =>
        Error("T104", at, $"`{{{{/{name}}}}}` closes no open block.", open is null ? null : $"{{{{/{open}}}}}");

    public static Fault UnknownHelper(SourcePlace at, string name, string? near) =>
        Error("T105", at, $"There is no helper `{name}`.", "one of if, unless, each, with, lookup", near);

    public static Fault WrongArguments(SourcePlace at, string name, int expected, int actual) =>
        Error("T106", at, $"`{name}` was given {actual} value{(actual == 1 ? "" : "s")}.", $"exactly {expected}");

    public static Fault NotSupported(SourcePlace at, string what, string instead) =>
        Error("T107", at, $"{what} cannot be used in a template.", instead);

    public static Fault EmptyTag(SourcePlace at) =>
        Error("T108", at, "This tag names no value.", "a path such as {{customer.firstName}}");

    public static Fault TooLong(SourcePlace at, int length, int max) =>
        Error("T109", at, $"The template has {length:N0} characters.", $"at most {max:N0}");

    public static Fault TooDeep(SourcePlace at, int max) =>
        Error("T110", at, $"Blocks or brackets stand more than {max} deep in each other.", $"at most {max}");

    public static Fault TooMany(SourcePlace at, int max) =>
        Error("T111", at, $"The template has more than {max:N0} tags.", $"at most {max:N0}");

    public static Fault TagTooLong(SourcePlace at, int max) =>
        Error("T112", at, $"This tag has more than {max:N0} characters.", $"at most {max:N0}; is a `}}}}` missing?");

    public static Fault FileName(SourcePlace at) =>
        Error("T120", at, "The file's name does not say what it holds.", "NAME.html, NAME.txt, NAME.CHANNEL.html, NAME.CHANNEL.txt or NAME.yaml");

    public static Fault SaidTwice(SourcePlace at, string name, string channel, SourcePlace first) =>
        Error("T121", at, $"The template `{name}` for {channel} stands already in {first}.", "one text for each template and channel");

    public static Fault BodyMissing(SourcePlace at) =>
        Error("T122", at, "A template needs one body.", "either `html` or `text`");

    public static Fault FrontMatterNotClosed(SourcePlace at) =>
        Error("T123", at, "The front matter is not closed.", "a second line of `---`");

    public static Fault TooManyFiles(SourcePlace at, int max) =>
        Error("T124", at, $"There are more than {max:N0} template files.", $"at most {max:N0}");

    public static Fault FileTooLong(SourcePlace at, int max) =>
        Error("T125", at, "The file is too long for a template.", $"at most {max:N0} bytes");

    private static Fault Error(string code, SourcePlace at, string message, string? expected = null, string? suggestion = null) =>
        new(code, FaultSeverity.Error, at, message, expected, suggestion);
}
