using System.Globalization;
using System.Text;

namespace Journey.Host.Metrics;

/// <summary>The text exposition format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Render(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
            foreach (var sample in family.Samples)
            {
                text.Append(family.Name).Append(sample.Suffix);
                AppendLabels(text, sample.Labels);
                text.Append(' ').Append(Number(sample.Value)).Append('\n');
            }
        }

        return text.ToString();
    }

    public static string Number(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Letters, digits and underscores, not beginning with a digit: anything else becomes an underscore.</summary>
    public static string Name(string name)
    {
        var legal = string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        });
        return legal.Length == 0 || char.IsAsciiDigit(legal[0]) ? "_" + legal : legal;
    }

    private static void AppendLabels(StringBuilder text, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        text.Append('{');
        for (var i = 0; i < labels.Count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(Name(labels[i].Key)).Append("=\"").Append(EscapeLabel(labels[i].Value)).Append('"');
        }

        text.Append('}');
    }

    private static string EscapeLabel(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeHelp(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

/// <param name="Type">counter, gauge or histogram.</param>
internal sealed record MetricFamily(string Name, string Type, string Help, IReadOnlyList<MetricSample> Samples);

/// <param name="Suffix">What follows the family's name: "_bucket", "_sum", "_count", or nothing.</param>
internal readonly record struct MetricSample(string Suffix, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value);
