namespace Journey.Projections.ReadModels;

public static partial class ReadModelTables
{
    public static TableDefinition Messages { get; } = State(
        "messages", "deliveries", "One row per message a journey asked for or withheld, with what became of it.", 2,
        [
            Text("customer", "The customer's id"),
            Text("message", "The decision's id, which is the delivery's idempotency key"),
            Text("journey", "The journey's name"),
            Number("version", "The journey's version"),
            Text("run", "The run's id"),
            Text("step", "The step's id"),
            Text("channel", "Channel it goes out on"),
            Text("template", "Name of the template"),
            Text("state", "requested, sent, delivered, opened, clicked, bounced, failed, suppressed or complained"),
            Text("reason", "Why it was withheld, failed or bounced; null: it was not"),
            Time("requested_at", "When the journey asked for it or withheld it"),
            Time("sent_at", "When a provider took it; null: not yet"),
            Time("delivered_at", "When it was delivered; null: not known"),
            Time("opened_at", "When it was first opened; null: not known"),
            Time("clicked_at", "When it was first clicked; null: not known"),
            Time("bounced_at", "When it first bounced, for good or not; null: it did not"),
            Time("complained_at", "When it was called spam; null: it was not"),
            Time("ended_at", "When it bounced, failed or was withheld; null: it did not"),
        ],
        "journey,step", "state", "message");

    public static TableDefinition Tasks { get; } = State(
        "tasks", "deliveries", "One row per task for a person.", 2,
        [
            Text("customer", "The customer's id"),
            Text("task", "The decision's id"),
            Text("journey", "The journey's name"),
            Text("run", "The run's id"),
            Text("step", "The step's id"),
            Text("team", "Who is asked: store, call-center, …"),
            Personal("title", "What is asked"),
            Text("state", "requested, sent or failed"),
            Text("reason", "Why it failed; null: it did not"),
            Time("requested_at", "When the journey asked"),
            Time("due_at", "When it should be done; null: whenever"),
            Time("answered_at", "When it was handed over or failed; null: not yet"),
        ],
        "team,state");

    public static TableDefinition Runs { get; } = State(
        "runs", "runs", "One row per run of a journey, active or ended.", 2,
        [
            Text("customer", "The customer's id"),
            Text("run", "The run's id"),
            Text("journey", "The journey's name"),
            Number("version", "The journey's version that the run follows"),
            Text("key", "The run's key within the customer; null: the journey has none"),
            Text("step", "The step the run waits at, or was last seen at"),
            Flag("holdout", "Its sends are withheld, to measure lift"),
            Time("entered_at", "When it was entered"),
            Time("waiting_until", "When its wait elapses; null: it does not wait for a time"),
            Time("goal_at", "When it reached its goal; null: not yet"),
            Time("ended_at", "When it ended; null: it is active"),
            Text("exit_reason", "Why it ended; null: it is active"),
            Number("messages", "Messages it asked for"),
            Time("step_since", "Since when it has been at its step; null: it ended"),
        ],
        "journey,ended_at", "journey,step,step_since", "run");

    public static TableDefinition RunSteps { get; } = Counter(
        "run_steps", "runs", "Active runs by the step they are at.", 3,
        Text("journey", "The journey's name"),
        Number("version", "The journey's version"),
        Text("step", "The step's id; empty: entered, and at no step yet"),
        Number("active", "Runs that are at it now"),
        Number("arrivals", "Times a run came to it"));

    public static TableDefinition RunEnds { get; } = Counter(
        "run_ends", "runs", "Ended runs by why they ended.", 3,
        Text("journey", "The journey's name"),
        Number("version", "The journey's version"),
        Text("reason", "The exit reason"),
        Number("runs", "Runs that ended so, held-out ones included"),
        Number("holdout", "Of these, held out"));

    public static TableDefinition SplitArms { get; } = Counter(
        "split_arms", "runs", "Arms of splits: who took which, and who reached the goal. Held-out runs are left out.", 4,
        Text("journey", "The journey's name"),
        Number("version", "The journey's version"),
        Text("step", "The split's step id"),
        Text("arm", "The arm's name"),
        Number("runs", "Runs that took it"),
        Number("goals", "Of these, runs that reached their goal afterwards"));

    public static TableDefinition DeliveryDays { get; } = Counter(
        "delivery_days", "deliveries", "Messages per day (UTC) of what happened to them; each message counts once in a column.", 6,
        Text("day", "The day, as 2026-03-01"),
        Text("journey", "The journey's name"),
        Number("version", "The journey's version"),
        Text("step", "The step's id"),
        Text("channel", "Channel it goes out on"),
        Text("template", "Name of the template"),
        Number("requested", "Messages asked for"),
        Number("sent", "Messages that a provider took"),
        Number("delivered", "Messages that were delivered"),
        Number("opened", "Messages that were opened"),
        Number("clicked", "Messages that were clicked"),
        Number("bounced", "Messages that bounced, for good or not"),
        Number("failed", "Messages that could not be sent; one that was sent at a later attempt counts in both"),
        Number("complained", "Messages that were called spam"),
        Number("suppressed", "Messages withheld"));

    public static TableDefinition SuppressionDays { get; } = Counter(
        "suppression_days", "deliveries", "Messages withheld per day (UTC), by reason.", 7,
        Text("day", "The day, as 2026-03-01"),
        Text("journey", "The journey's name"),
        Number("version", "The journey's version"),
        Text("step", "The step's id"),
        Text("channel", "Channel it would have gone out on"),
        Text("template", "Name of the template"),
        Text("reason", "Why"),
        Number("messages", "Messages withheld"));

    public static TableDefinition JourneyDays { get; } = Counter(
        "journey_days", "runs", "What the journeys did per day (UTC).", 3,
        Text("day", "The day, as 2026-03-01"),
        Text("journey", "The journey's name"),
        Number("version", "The journey's version"),
        Number("entered", "Runs entered"),
        Number("entered_holdout", "Of these, held out"),
        Number("not_entered", "Entries refused, with the reason in the log"),
        Number("exited", "Runs ended"),
        Number("requested", "Messages asked for"),
        Number("suppressed", "Messages withheld"),
        Number("sent", "Messages that a provider took"),
        Number("failed", "Messages that could not be sent"),
        Number("tasks", "Tasks asked for"),
        Number("goals", "Runs that reached their goal, held-out ones included"),
        Number("goals_holdout", "Of these, held out"));
}
