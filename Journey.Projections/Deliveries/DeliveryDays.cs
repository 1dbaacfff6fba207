using Journey.Projections.ReadModels;

namespace Journey.Projections.Deliveries;

/// <summary>The value columns of <c>delivery_days</c>, in their order.</summary>
internal enum DeliveryDay
{
    Requested,
    Sent,
    Delivered,
    Opened,
    Clicked,
    Bounced,
    Failed,
    Complained,
    Suppressed,
}

internal static class DeliveryDays
{
    public static void Count(FoldOutput output, long at, Message message, DeliveryDay what)
    {
        if (!output.Changes.Keeps)
        {
            return;
        }

        Span<long> amounts = stackalloc long[9];
        amounts.Clear();
        amounts[(int)what] = 1;
        output.Changes.Add(
            ReadModelTables.DeliveryDays, [Days.NameOf(at), message.Journey, message.Version, message.Step, message.Channel, message.Template], amounts);
        if (what == DeliveryDay.Suppressed)
        {
            output.Changes.Add(
                ReadModelTables.SuppressionDays,
                [Days.NameOf(at), message.Journey, message.Version, message.Step, message.Channel, message.Template, message.Reason ?? ""],
                1);
        }
    }
}
