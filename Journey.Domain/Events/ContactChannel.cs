using System.Collections.Frozen;

namespace Journey.Domain.Events;

/// <summary>The medium of a contact. An open set: importers bring their own names.</summary>
/// <remarks>Lower case letters, digits and hyphens, 1 to 40 of them; anything else is brought into that shape, and nothing becomes <see cref="Unknown"/>.</remarks>
public readonly record struct ContactChannel
{
    public const int LengthMax = 40;

    private readonly string? _name;

    private ContactChannel(string name) => _name = name;

    public static ContactChannel Unknown { get; } = new("unknown");
    public static ContactChannel Web { get; } = new("web");
    public static ContactChannel App { get; } = new("app");
    public static ContactChannel Email { get; } = new("email");
    public static ContactChannel Store { get; } = new("store");
    public static ContactChannel CallCenter { get; } = new("call-center");
    public static ContactChannel Social { get; } = new("social");
    public static ContactChannel Chat { get; } = new("chat");
    public static ContactChannel Kiosk { get; } = new("kiosk");
    public static ContactChannel Sms { get; } = new("sms");
    public static ContactChannel Push { get; } = new("push");

    /// <summary>Events of our own (derived, decisions, time) carry this channel where no customer-facing medium applies.</summary>
    public static ContactChannel Internal { get; } = new("journey");

    public string Name => _name ?? "unknown";

    public static ContactChannel From(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return Unknown;
        }

        if (Named.Known.TryGetValue(name, out var known))
        {
            return known;
        }

        Span<char> buffer = stackalloc char[LengthMax];
        var length = 0;
        foreach (var c in name.AsSpan().Trim())
        {
            if (length == LengthMax)
            {
                break;
            }

            var lower = char.ToLowerInvariant(c);
            buffer[length++] = lower is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? lower : '-';
        }

        return new ContactChannel(string.Intern(new string(buffer[..length])));
    }

    public override string ToString() => Name;

    /// <summary>Those above, which most names are already: conditions ask for a channel after every event.</summary>
    private static class Named
    {
        public static FrozenDictionary<string, ContactChannel> Known { get; } =
            new[] { Unknown, Web, App, Email, Store, CallCenter, Social, Chat, Kiosk, Sms, Push, Internal }.ToFrozenDictionary(channel => channel.Name, StringComparer.Ordinal);
    }
}
