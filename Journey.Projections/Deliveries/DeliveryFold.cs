using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;
using Journey.Projections.Runs;

namespace Journey.Projections.Deliveries;

/// <summary>Messages and tasks, from the decisions that ask for them and the outcomes that answer.</summary>
internal static class DeliveryFold
{
    public static void Apply(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, FoldOutput output)
    {
        switch (recorded.Name)
        {
            case EventNames.MessageRequested:
                state.Messages.LastMessageAt = Math.Max(state.Messages.LastMessageAt, recorded.OccurredAt);
                AddMessage(state, recorded, facts, MessageState.Requested, output);
                JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.Requested);
                break;
            case EventNames.MessageSuppressed when recorded.Kind == EventKind.Outcome:
                // Withheld only when it came to be sent: the request is known already.
                Answer(state, recorded, facts, MessageState.Suppressed, (JourneyDay.Suppressed, DeliveryDay.Suppressed), output);
                break;
            case EventNames.MessageSuppressed:
                AddMessage(state, recorded, facts, MessageState.Suppressed, output);
                JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.Suppressed);
                break;
            case EventNames.MessageSent:
                state.Messages.LastMessageAt = Math.Max(state.Messages.LastMessageAt, recorded.OccurredAt);
                Answer(state, recorded, facts, MessageState.Sent, (JourneyDay.Sent, DeliveryDay.Sent), output);
                break;
            case EventNames.MessageFailed:
                Answer(state, recorded, facts, MessageState.Failed, (JourneyDay.Failed, DeliveryDay.Failed), output);
                break;
            case EventNames.TaskRequested:
                AddTask(state, recorded, facts, output);
                JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.Tasks);
                break;
            case EventNames.TaskSent:
                AnswerTask(state, recorded, facts, "sent");
                break;
            case EventNames.TaskFailed:
                AnswerTask(state, recorded, facts, "failed");
                break;
        }
    }

    /// <summary>What the receiver, or the medium, did with a message.</summary>
    public static void React(CustomerState state, in RecordedEvent recorded, EventMeaning meaning, DecisionFacts facts, FoldOutput output)
    {
        if (meaning == EventMeaning.MessageClicked)
        {
            state.Messages.LastClickAt = Math.Max(state.Messages.LastClickAt, recorded.OccurredAt);
        }

        var message = facts.Answers is { } id ? state.Messages.Find(id) : null;
        if (message is not null)
        {
            var to = StateOf(meaning);
            if (IsFirst(message, to))
            {
                DeliveryDays.Count(output, recorded.OccurredAt, message, DayOf(to));
            }

            Advance(message, to, recorded.OccurredAt, facts.Reason);
        }

        if (meaning == EventMeaning.MessageComplained || (meaning == EventMeaning.MessageBounced && !facts.IsSoft))
        {
            Refuse(state, recorded, meaning, message, facts);
        }
    }

    /// <summary>The address bounced for good, or its owner wants no more: nothing is sent to it again.</summary>
    private static void Refuse(CustomerState state, in RecordedEvent recorded, EventMeaning meaning, Message? message, DecisionFacts facts) =>
        state.Profile.Addresses.Refuse(
            message?.Channel ?? ProfileFold.MediumOf(recorded),
            meaning == EventMeaning.MessageComplained ? AddressFault.Complained : AddressFault.Bounced,
            facts.Address,
            message?.RequestedAt ?? recorded.OccurredAt);

    public static bool IsReaction(EventMeaning meaning) => meaning is EventMeaning.MessageDelivered or EventMeaning.MessageOpened
        or EventMeaning.MessageClicked or EventMeaning.MessageBounced or EventMeaning.MessageComplained;

    private static MessageState StateOf(EventMeaning meaning) => meaning switch
    {
        EventMeaning.MessageDelivered => MessageState.Delivered,
        EventMeaning.MessageOpened => MessageState.Opened,
        EventMeaning.MessageClicked => MessageState.Clicked,
        EventMeaning.MessageComplained => MessageState.Complained,
        _ => MessageState.Bounced,
    };

    private static DeliveryDay DayOf(MessageState state) => state switch
    {
        MessageState.Delivered => DeliveryDay.Delivered,
        MessageState.Opened => DeliveryDay.Opened,
        MessageState.Clicked => DeliveryDay.Clicked,
        MessageState.Complained => DeliveryDay.Complained,
        _ => DeliveryDay.Bounced,
    };

    private static bool IsFirst(Message message, MessageState to) => 0 == to switch
    {
        MessageState.Delivered => message.DeliveredAt,
        MessageState.Opened => message.OpenedAt,
        MessageState.Clicked => message.ClickedAt,
        MessageState.Complained => message.ComplainedAt,
        _ => message.BouncedAt,
    };

    private static void AddMessage(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, MessageState at, FoldOutput output)
    {
        var message = new Message(IdOf(recorded))
        {
            Journey = facts.Journey,
            Version = facts.Version,
            Run = facts.Run,
            Step = facts.Step ?? "",
            Channel = facts.Channel,
            Template = facts.Template,
            Reason = facts.Reason,
            State = at,
            RequestedAt = recorded.OccurredAt,
            EndedAt = at == MessageState.Suppressed ? recorded.OccurredAt : 0,
            IsDirty = true,
        };
        if (state.Messages.Find(message.Id) is not null)
        {
            return;
        }

        DeliveryDays.Count(output, recorded.OccurredAt, message, at == MessageState.Suppressed ? DeliveryDay.Suppressed : DeliveryDay.Requested);
        state.Messages.Add(message, out var forgotten);
        if (forgotten is { IsDirty: true })
        {
            CustomerRows.Put(state.Customer, forgotten, output.Changes);
        }
    }

    private static void Answer(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, MessageState to, (JourneyDay Journey, DeliveryDay Delivery) day, FoldOutput output)
    {
        if (facts.Answers is not { } id || state.Messages.Find(id) is not { } message)
        {
            return;
        }

        Advance(message, to, recorded.OccurredAt, facts.Reason);
        JourneyDays.Count(output, recorded.OccurredAt, message.Journey, message.Version, day.Journey);
        DeliveryDays.Count(output, recorded.OccurredAt, message, day.Delivery);
    }

    private static void Advance(Message message, MessageState to, long at, string? reason)
    {
        switch (to)
        {
            case MessageState.Sent: message.SentAt = Earlier(message.SentAt, at); break;
            case MessageState.Delivered: message.DeliveredAt = Earlier(message.DeliveredAt, at); break;
            case MessageState.Opened: message.OpenedAt = Earlier(message.OpenedAt, at); break;
            case MessageState.Clicked: message.ClickedAt = Earlier(message.ClickedAt, at); break;
            case MessageState.Complained: message.ComplainedAt = Earlier(message.ComplainedAt, at); break;
            default:
                message.BouncedAt = to == MessageState.Bounced ? Earlier(message.BouncedAt, at) : message.BouncedAt;
                message.EndedAt = at;
                message.Reason = reason ?? message.Reason;
                break;
        }

        if (message.State == MessageState.Failed && to is MessageState.Sent or MessageState.Suppressed)
        {
            // A failure is the end only until somebody tries again. A message's own outcomes are recorded in order.
            message.Reason = reason;
            message.EndedAt = to == MessageState.Suppressed ? at : 0;
            message.State = to == MessageState.Suppressed ? to : FurthestOf(message);
        }
        else if (message.State == MessageState.Bounced && at > message.BouncedAt && to is MessageState.Delivered or MessageState.Opened or MessageState.Clicked)
        {
            // It had bounced for now only, and arrived in the end.
            message.Reason = null;
            message.EndedAt = 0;
            message.State = FurthestOf(message);
        }
        else
        {
            // What the receiver does may overtake the outcome on its way; the furthest stage is the state.
            message.State = to > message.State ? to : message.State;
        }

        message.IsDirty = true;
    }

    private static MessageState FurthestOf(Message message) =>
        message.ClickedAt > 0 ? MessageState.Clicked
        : message.OpenedAt > 0 ? MessageState.Opened
        : message.DeliveredAt > 0 ? MessageState.Delivered
        : MessageState.Sent;

    private static void AddTask(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, FoldOutput output)
    {
        var task = new TaskRequest(IdOf(recorded))
        {
            Journey = facts.Journey,
            Run = facts.Run,
            Step = facts.Step ?? "",
            Team = facts.Team,
            Title = facts.Title,
            RequestedAt = recorded.OccurredAt,
            DueAt = facts.Due,
            IsDirty = true,
        };
        state.Messages.Add(task, out var forgotten);
        if (forgotten is { IsDirty: true })
        {
            CustomerRows.Put(state.Customer, forgotten, output.Changes);
        }
    }

    private static void AnswerTask(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, string outcome)
    {
        if (facts.Answers is { } id && state.Messages.FindTask(id) is { } task)
        {
            task.State = outcome;
            task.AnsweredAt = recorded.OccurredAt;
            task.Reason = facts.Reason;
            task.IsDirty = true;
        }
    }

    private static long Earlier(long known, long at) => known == 0 ? at : Math.Min(known, at);

    /// <summary>Deliveries are known by their decision's id, so whoever reads the log for a fold must ask for the ids of decisions.</summary>
    private static string IdOf(in RecordedEvent recorded) => recorded.Id.Length > 0 ? recorded.Id
        : throw new InvalidOperationException($"The decision \"{recorded.Name}\" at {recorded.Position} was read without its id.");
}
