using System.Text;

namespace Journey.Host.Why;

/// <summary>What the fields that conditions read are called when one talks about them.</summary>
internal static class Subjects
{
    private static readonly Dictionary<string, string> _known = new(StringComparer.Ordinal)
    {
        ["cart.total"] = "the cart total",
        ["cart.state"] = "the state of the cart",
        ["cart.quantity"] = "the number of pieces in the cart",
        ["size(cart.items)"] = "the number of products in the cart",
        ["cart.items.size()"] = "the number of products in the cart",
        ["customer.lifetimeValue"] = "the customer's lifetime value",
        ["customer.orders"] = "the customer's number of orders",
        ["event.name"] = "the event",
        ["event.step"] = "the step it was sent from",
        ["run.isHoldout"] = "whether the run is in the holdout",
        ["now"] = "the time",
    };

    private static readonly Dictionary<string, string> _roots = new(StringComparer.Ordinal)
    {
        ["cart"] = "the cart's",
        ["checkout"] = "the checkout's",
        ["customer"] = "the customer's",
        ["event"] = "the event's",
        ["session"] = "the session's",
        ["timeline"] = "the timeline's",
        ["run"] = "the run's",
    };

    /// <summary>"the cart total", "the customer's preferred channel", "the consent to email"; an expression stands as it is.</summary>
    public static string Name(string source)
    {
        if (_known.TryGetValue(source, out var known))
        {
            return known;
        }

        var parts = source.Split('.');
        if (parts.Length < 2 || !_roots.TryGetValue(parts[0], out var owner) || !parts.All(IsName))
        {
            return $"`{source}`";
        }

        return parts switch
        {
            ["customer", "consent", var channel] => $"the consent to {channel}",
            ["event", "properties" or "traits", .. var field] => $"the event's {Words(field)}",
            ["run", "steps", var step, "response", .. var field] => $"the answer of step {step}{(field.Length == 0 ? "" : $" ({Words(field)})")}",
            ["run", "steps", var step, .. var field] => $"the {Words(field)} of step {step}",
            ["run", "entry", .. var field] => $"the {Words(field)} at entry",
            [_, .. var field] => $"{owner} {Words(field)}",
            _ => $"`{source}`",
        };
    }

    private static bool IsName(string part) => part.Length > 0 && part.All(letter => char.IsLetterOrDigit(letter) || letter == '_');

    /// <summary>"preferredChannel" and "cart_id" as words.</summary>
    private static string Words(IReadOnlyList<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(text.Length > 0 ? " " : "");
            foreach (var letter in part)
            {
                _ = letter == '_' ? text.Append(' ') : char.IsUpper(letter) ? text.Append(' ').Append(char.ToLowerInvariant(letter)) : text.Append(letter);
            }
        }

        return text.ToString();
    }
}
