using Journey.Domain.Engine;
using Journey.Domain.Identity;
using Journey.Projections.Maps;

namespace Journey.Projections.Customers;

internal static partial class CustomerStateFormat
{
    private static void WriteProfile(StateWriter writer, Profile profile)
    {
        writer.Byte((byte)((profile.IsKnown ? 1 : 0) | (profile.HasEmail ? 2 : 0) | (profile.HasPhone ? 4 : 0) | (profile.HasPush ? 8 : 0)));
        writer.Number(profile.Traits.Count);
        foreach (var trait in profile.Traits)
        {
            writer.Text(trait.Name);
            writer.Number(trait.At);
            writer.Bytes(trait.Json);
            writer.Text(trait.Source);
        }

        WriteConsents(writer, profile.Consents);
        WriteConsents(writer, profile.ConsentHistory);
        WriteScore(writer, profile.Nps);
        WriteScore(writer, profile.Csat);
    }

    private static void WriteConsents(StateWriter writer, IReadOnlyList<Consent> consents)
    {
        writer.Number(consents.Count);
        foreach (var consent in consents)
        {
            writer.Text(consent.Channel);
            writer.Text(consent.Purpose);
            writer.Byte((byte)consent.State);
            writer.Number(consent.At);
            writer.Text(consent.Source);
        }
    }

    private static Consent ReadConsent(ref StateReader reader) =>
        new(reader.Text(), reader.Text(), (ConsentState)reader.Byte(), reader.Number(), reader.Text());

    private static void WriteScore(StateWriter writer, in Score score)
    {
        writer.Number(score.Answers);
        if (score.Answers > 0)
        {
            writer.Money(score.Sum);
            writer.Money(score.Last);
            writer.Number(score.LastAt);
        }
    }

    private static Score ReadScore(ref StateReader reader) =>
        reader.Number() is > 0 and var answers ? new Score(answers, reader.Money(), reader.Money(), reader.Number()) : default;

    private static void WriteIdentifiers(StateWriter writer, IdentifierUses identifiers)
    {
        writer.Number(identifiers.Uses.Count);
        foreach (var use in identifiers.Uses)
        {
            writer.Byte((byte)use.Identifier.Kind);
            writer.Text(use.Identifier.Value);
            writer.Number(use.FirstAt);
            writer.Number(use.LastAt - use.FirstAt);
            writer.Text(use.Source);
        }
    }

    private static IdentifierUses ReadIdentifiers(ref StateReader reader)
    {
        var identifiers = new IdentifierUses();
        for (var left = reader.Count(); left > 0; left--)
        {
            var identifier = new Identifier((IdentifierKind)reader.Byte(), reader.Text());
            var first = reader.Number();
            identifiers.Restore(new IdentifierUse(identifier, first, first + reader.Number(), reader.Text()));
        }

        return identifiers;
    }

    private static Profile ReadProfile(ref StateReader reader)
    {
        var flags = reader.Byte();
        var profile = new Profile
        {
            IsKnown = (flags & 1) != 0,
            HasEmail = (flags & 2) != 0,
            HasPhone = (flags & 4) != 0,
            HasPush = (flags & 8) != 0,
        };
        for (var left = reader.Count(); left > 0; left--)
        {
            profile.Restore(new Trait(reader.Text(), reader.Number(), reader.Bytes().ToArray(), reader.Text()));
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            profile.Restore(ReadConsent(ref reader));
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            profile.RestoreHistory(ReadConsent(ref reader));
        }

        profile.Nps = ReadScore(ref reader);
        profile.Csat = ReadScore(ref reader);
        return profile;
    }

    private static void WriteLifetime(StateWriter writer, Lifetime lifetime)
    {
        writer.Number(lifetime.Events);
        writer.Number(lifetime.FirstSeenAt);
        writer.Number(lifetime.LastSeenAt - lifetime.FirstSeenAt);
        writer.Number(lifetime.Orders);
        writer.Number(lifetime.FirstOrderAt);
        writer.Number(lifetime.LastOrderAt - lifetime.FirstOrderAt);
        writer.Text(lifetime.LastEvent);
        writer.Text(lifetime.LastChannel);
        writer.Text(lifetime.LastStore);
        writer.Number(lifetime.Channels.Count);
        foreach (var use in lifetime.Channels)
        {
            writer.Text(use.Channel);
            writer.Number(use.Events);
        }

        writer.Number(lifetime.Revenue.Count);
        foreach (var money in lifetime.Revenue)
        {
            writer.Text(money.Currency);
            writer.Money(money.Amount);
        }

        writer.Number(lifetime.RecentOrders.Count);
        foreach (var order in lifetime.RecentOrders)
        {
            writer.Text(order.Id);
            writer.Text(order.Currency);
            writer.Money(order.Amount);
            writer.Flag(order.Cancelled);
        }
    }

    private static Lifetime ReadLifetime(ref StateReader reader)
    {
        var lifetime = new Lifetime { Events = reader.Number(), FirstSeenAt = reader.Number() };
        lifetime.LastSeenAt = lifetime.FirstSeenAt + reader.Number();
        lifetime.Orders = reader.Number();
        lifetime.FirstOrderAt = reader.Number();
        lifetime.LastOrderAt = lifetime.FirstOrderAt + reader.Number();
        lifetime.LastEvent = reader.TextOrNull();
        lifetime.LastChannel = reader.TextOrNull();
        lifetime.LastStore = reader.TextOrNull();
        for (var left = reader.Count(); left > 0; left--)
        {
            lifetime.Restore(new ChannelUse(reader.Text(), reader.Number()));
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            lifetime.Restore(new Money(reader.Text(), reader.Money()));
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            lifetime.Restore(new Order(reader.Text(), reader.Text(), reader.Money(), reader.Flag()));
        }

        return lifetime;
    }

    private static void WriteSessions(StateWriter writer, CustomerState state)
    {
        var sessions = state.Sessions;
        writer.Number(sessions.Remembered.Count);
        var current = -1;
        for (var i = 0; i < sessions.Remembered.Count; i++)
        {
            var session = sessions.Remembered[i];
            current = ReferenceEquals(session, sessions.Current) ? i : current;
            writer.Text(session.Id);
            writer.Byte((byte)((session.IsExplicit ? 1 : 0) | (session.IsImported ? 2 : 0) | (session.HasEnded ? 4 : 0)));
            writer.Number(session.StartedAt);
            writer.Number(session.LastAt - session.StartedAt);
            writer.Number(session.Events);
            writer.Number(session.CartEvents);
            writer.Number(session.Orders);
            writer.Number(session.LastTouch);
            writer.Number(session.Channels.Count);
            foreach (var channel in session.Channels)
            {
                writer.Text(channel);
            }

            writer.Text(session.LinkedTo);
            WriteTexts(writer, session.Carts);
            WriteMapCase(writer, session.Map, state);
        }

        writer.Number(current);
    }

    private static void ReadSessions(ref StateReader reader, CustomerState state)
    {
        var sessions = state.Sessions;
        for (var left = reader.Count(); left > 0; left--)
        {
            var id = reader.Text();
            var flags = reader.Byte();
            var started = reader.Number();
            var last = started + reader.Number();
            var events = reader.Number();
            var cartEvents = reader.Number();
            var orders = reader.Number();
            var lastTouch = reader.Number();
            List<string> channels = [];
            for (var more = reader.Count(); more > 0; more--)
            {
                channels.Add(reader.Text());
            }

            var session = new Session(id, (flags & 1) != 0, new MapCase())
            {
                StartedAt = started,
                LastAt = last,
                Events = events,
                CartEvents = cartEvents,
                Orders = orders,
                LastTouch = lastTouch,
                IsImported = (flags & 2) != 0,
                HasEnded = (flags & 4) != 0,
                LinkedTo = reader.TextOrNull(),
                Carts = ReadTexts(ref reader),
            };
            channels.ForEach(session.Restore);
            ReadMapCase(ref reader, session.Map, state);
            sessions.Restore(session);
        }

        var current = reader.Count();
        sessions.Current = current < 0 ? null : sessions.Remembered[current];
    }
}
