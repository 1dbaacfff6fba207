using System.Globalization;
using Journey.Domain.Cel;
using Journey.Domain.Language.Formats;

namespace Journey.Host.Why;

/// <summary>What a condition saw, in words: "the cart total 42.00 was below 50".</summary>
internal static class Phrases
{
    /// <summary>More parts than these are counted, not told: --json has them all.</summary>
    private const int ToldMax = 3;

    /// <summary>Longest text of one value, in characters.</summary>
    private const int ValueLengthMax = 60;

    private static readonly HashSet<string> _amounts = new(StringComparer.OrdinalIgnoreCase)
    {
        "total", "value", "price", "revenue", "lifetimeValue", "averageOrder", "subtotal", "amount", "discount", "shipping", "tax",
    };

    public static string Of(IReadOnlyList<CelFinding> findings)
    {
        var told = findings.Select(Of).Distinct().ToList();
        var shown = told.Take(ToldMax).ToList();
        var rest = told.Count - shown.Count;
        return rest > 0 ? $"{string.Join(", ", shown)}, and {rest} more" : Join(shown);
    }

    public static string Of(CelFinding finding) => finding.Operator switch
    {
        "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" => finding.Value.IsError ? Missing(finding) : Comparison(finding),
        _ when finding.Value.IsError => Missing(finding),
        "inSegment" => $"the customer was {Not(finding)}in the segment {Literal(finding, 0)}",
        "performed" => $"\"{Literal(finding, 0)}\" {(finding.Value.IsTrue ? "happened" : "did not happen")}{Within(finding, 1)}",
        "followed" => $"\"{Literal(finding, 0)}\" was {Not(finding)}followed by \"{Literal(finding, 1)}\"{Within(finding, 2)}",
        "has" => $"{Subjects.Name(finding.Operands[0].Source)} was {Not(finding)}given",
        "" => Plain(finding),
        _ => $"`{finding.Source}` was {Show(finding.Value, finding.Source)}",
    };

    /// <summary>A value as one reads it out; amounts of money with two decimals.</summary>
    public static string Show(in CelValue value, string source) => value.Kind switch
    {
        CelKind.String => $"\"{Cut(value.AsString())}\"",
        CelKind.Bool => value.AsBool() ? "true" : "false",
        CelKind.Int or CelKind.Uint or CelKind.Double => Number(value.AsDouble(), source),
        CelKind.Timestamp => Moments.Say(value.AsUnixMilliseconds()),
        CelKind.Duration => Moments.Period((long)value.AsTimeSpan().TotalMilliseconds),
        CelKind.Null => "not given",
        _ => Cut(value.ToString()),
    };

    private static string Comparison(CelFinding finding)
    {
        var (left, right, sign) = (finding.Operands[0], finding.Operands[1], finding.Operator);
        if (left.IsLiteral && !right.IsLiteral && sign != "in")
        {
            (left, right, sign) = (right, left, Mirrored(sign));
        }

        var holds = finding.Value.IsTrue;
        if (Call(left.Source, "count") is { } counted && left.Value is { } times)
        {
            var (name, window) = counted;
            return $"\"{name}\" happened {Times(times)}{(window is null ? "" : $" in the last {window}")}, which is {Relation(sign, holds, Side(right, left.Source))}";
        }

        var subject = Subjects.Name(left.Source);
        var value = left.Value is { } seen ? Show(seen, left.Source) : "";
        var other = Side(right, left.Source);
        return (sign, holds) switch
        {
            ("==", true) or ("!=", false) => $"{subject} was {other}",
            ("==", false) or ("!=", true) => $"{subject} was {value}, not {other}",
            ("in", _) => $"{subject} {value} was {(holds ? "" : "not ")}one of {other}",
            _ => $"{subject} {value} was {Relation(sign, holds, other)}",
        };
    }

    private static string Relation(string sign, bool holds, string other) => (sign, holds) switch
    {
        (">=", true) => $"at least {other}",
        (">=", false) or ("<", true) => $"below {other}",
        (">", true) or ("<=", false) => $"above {other}",
        (">", false) => $"not above {other}",
        ("<", false) => $"not below {other}",
        ("<=", true) => $"at most {other}",
        ("==", true) or ("!=", false) => $"{other}",
        _ => $"not {other}",
    };

    private static string Mirrored(string sign) => sign switch { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", _ => sign };

    private static string Side(CelOperand operand, string beside) =>
        operand.Value is not { } value ? operand.Source
        : operand.IsLiteral ? Plain(value, beside)
        : $"{Subjects.Name(operand.Source)} {Show(value, operand.Source)}";

    /// <summary>As the designer wrote it: 50, not 50.00; but 49.90.</summary>
    private static string Plain(in CelValue value, string beside) =>
        value.Kind is CelKind.Double && value.AsDouble() == Math.Truncate(value.AsDouble()) ? value.AsDouble().ToString("0", CultureInfo.InvariantCulture)
        : value.Kind == CelKind.Int ? value.AsInt().ToString(CultureInfo.InvariantCulture)
        : Show(value, beside);

    private static string Plain(CelFinding finding)
    {
        var holds = finding.Value.IsTrue;
        return (finding.Source, finding.Value.Kind) switch
        {
            ("customer.isKnown", _) => holds ? "the customer was known" : "the customer was not known: no user id, email, phone or loyalty card",
            ("customer.hasEmail", _) => $"there was {(holds ? "an" : "no")} email address",
            ("customer.hasPhone", _) => $"there was {(holds ? "a" : "no")} phone number",
            ("customer.hasPush", _) => $"there was {(holds ? "a" : "no")} device to push to",
            ("true" or "false", _) => $"the condition is always {finding.Source}",
            _ => $"{Subjects.Name(finding.Source)} was {Show(finding.Value, finding.Source)}",
        };
    }

    /// <summary>A condition that ended in an error is false: say what it missed.</summary>
    private static string Missing(CelFinding finding)
    {
        var operand = finding.Operands.FirstOrDefault(operand => operand.Value is { IsError: true });
        var message = (operand?.Value ?? finding.Value).ErrorMessage;
        var isMissing = message.StartsWith("no such key", StringComparison.Ordinal) || message.StartsWith("no such attribute", StringComparison.Ordinal);
        return isMissing && operand is not null ? $"{Subjects.Name(operand.Source)} was not given"
            : message.EndsWith('.') ? $"{char.ToLowerInvariant(message[0])}{message[1..^1]}"
            : $"`{finding.Source}` could not be worked out: {message}";
    }

    private static (string Name, string? Window)? Call(string source, string function)
    {
        if (!source.StartsWith(function + "(", StringComparison.Ordinal) || !source.EndsWith(')'))
        {
            return null;
        }

        var arguments = source[(function.Length + 1)..^1].Split(',', StringSplitOptions.TrimEntries).Select(argument => argument.Trim('"', '\'')).ToArray();
        return arguments.Length switch { 1 => (arguments[0], null), 2 => (arguments[0], Window(arguments[1])), _ => null };
    }

    private static string Times(in CelValue value) => value.Kind == CelKind.Int && value.AsInt() == 1 ? "once" : $"{value} times";

    private static string Within(CelFinding finding, int argument) =>
        finding.Operands.Length > argument && finding.Operands[argument].Value is { Kind: CelKind.String } window ? $" within {Window(window.AsString())}" : "";

    private static string Window(string window) => Durations.TryParse(window, out var milliseconds) ? Moments.Period(milliseconds) : window;

    private static string Literal(CelFinding finding, int argument) =>
        finding.Operands.Length > argument && finding.Operands[argument].Value is { Kind: CelKind.String } text ? text.AsString() : "?";

    private static string Not(CelFinding finding) => finding.Value.IsTrue ? "" : "not ";

    private static string Number(double value, string source) =>
        _amounts.Contains(source[(source.LastIndexOf('.') + 1)..]) ? value.ToString("0.00", CultureInfo.InvariantCulture)
        : value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length <= ValueLengthMax ? text : text[..(ValueLengthMax - 1)] + "…";

    private static string Join(List<string> parts) => parts.Count switch
    {
        0 => "",
        1 => parts[0],
        _ => $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}",
    };
}
