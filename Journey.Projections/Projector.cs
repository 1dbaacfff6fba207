using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Attribution;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;
using Journey.Projections.Maps;
using Journey.Projections.Merges;
using Journey.Projections.Runs;

namespace Journey.Projections;

/// <summary>What one event changes in the projections' part of a customer's state; the engine's part is not touched.</summary>
internal sealed class Projector(Vocabulary vocabulary, FoldScope scope)
{
    private readonly ProfileFold _profile = new(vocabulary);
    private readonly CartFold _carts = new();
    private readonly DecisionFacts _decision = new();
    private readonly TouchFold _touches = new();

    public void Apply(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, FoldOutput output)
    {
        switch (recorded.Kind)
        {
            case EventKind.Interaction:
                FireImported(state, recorded, definitions, output);
                Interact(state, recorded, definitions.Workspace, output);
                break;
            case EventKind.Identity when recorded.Name == EventNames.EventMoved:
                var moved = MovedEvent.Read(recorded);
                if (moved.Kind != EventKind.Identity)
                {
                    Apply(state, moved, definitions, output);
                }

                break;
            case EventKind.Derived:
                Remember(state, recorded);
                break;
            case EventKind.Decision or EventKind.Outcome:
                Decide(state, recorded, definitions.Workspace, output);
                break;
        }
    }

    /// <summary>Imported history passes its own time: what fell idle before this event came due before it.</summary>
    private static void FireImported(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, FoldOutput output)
    {
        if (recorded.IsImported)
        {
            while (IdleTimers.FireNext(state, definitions, recorded.OccurredAt, importedOnly: true, output))
            {
            }
        }
    }

    private void Interact(CustomerState state, in RecordedEvent recorded, Workspace workspace, FoldOutput output)
    {
        var name = vocabulary.Name(recorded.Name);
        var activity = vocabulary.Activity(name, recorded.Channel.Name);
        var meaning = name.MeaningIn(workspace);
        var at = recorded.OccurredAt;
        if (meaning == EventMeaning.CostRecorded)
        {
            CostFold.Apply(recorded, workspace.DefaultCurrency, output);
            return;
        }

        state.Lifetime.See(name.Text, activity.Channel, at);
        state.History.Add(name, at);
        _profile.Apply(state, recorded, meaning, workspace, output);
        if (scope.Rows)
        {
            output.CountChannelDay(at, activity.ChannelName);
        }

        if (scope.Identifiers)
        {
            state.Identifiers.See(recorded.Json.Span, at, recorded.Source);
        }

        if (scope.Sessions)
        {
            See(state, recorded, activity, meaning, workspace, output);
        }

        if (meaning is >= EventMeaning.ProductViewed and <= EventMeaning.OrderCancelled)
        {
            _carts.Apply(state, recorded, meaning, workspace, output);
            if (state.EventCart is { } cart)
            {
                state.Sessions.Touch(cart.Id);
            }
        }
        else if (DeliveryFold.IsReaction(meaning))
        {
            _decision.Read(recorded.Json.Span, vocabulary);
            DeliveryFold.React(state, recorded, meaning, _decision, output);
            if (meaning == EventMeaning.MessageClicked)
            {
                TouchFold.Click(state, recorded, _decision, output);
            }
        }
    }

    /// <summary>The session it belongs to, and both cases of the journey map.</summary>
    private void See(CustomerState state, in RecordedEvent recorded, Activity activity, EventMeaning meaning, Workspace workspace, FoldOutput output)
    {
        var at = recorded.OccurredAt;
        var named = JsonScan.Session(recorded.Json.Span);
        var session = state.Sessions.For(named, at, Sessions.GapOf(workspace, activity.Channel), recorded.Position, out var forgotten);
        if (forgotten is { IsDirty: true })
        {
            CustomerRows.Put(state.Customer, forgotten, output.Changes);
        }

        _touches.Visit(state, recorded, meaning, session, isFirst: !session.Knows(activity.Channel), output);
        session.See(activity.Channel, meaning, at, recorded.IsImported);
        if (scope.Rows)
        {
            output.Map.See(state.Map, session.Map, activity, at, vocabulary);
        }
    }

    private void Decide(CustomerState state, in RecordedEvent recorded, Workspace workspace, FoldOutput output)
    {
        // What a run does between two steps happened to the run, not to the customer.
        if (recorded.Name is not (EventNames.RunWaiting or EventNames.RunBranched or EventNames.RunNotEntered))
        {
            Remember(state, recorded);
        }

        _decision.Read(recorded.Json.Span, vocabulary);
        if (recorded.Kind == EventKind.Decision && scope.Rows)
        {
            RunFold.Apply(state, recorded, _decision, output);
        }

        DeliveryFold.Apply(state, recorded, _decision, output);
        if (recorded.Name == EventNames.TraitsSet)
        {
            _profile.SetTraits(state, recorded, workspace);
        }

        var meaning = vocabulary.Name(recorded.Name).MeaningIn(workspace);
        if (DeliveryFold.IsReaction(meaning))
        {
            DeliveryFold.React(state, recorded, meaning, _decision, output);
        }
    }

    private void Remember(CustomerState state, in RecordedEvent recorded) => state.History.Add(vocabulary.Name(recorded.Name), recorded.OccurredAt);
}
