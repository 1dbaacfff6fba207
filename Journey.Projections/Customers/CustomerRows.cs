using System.Globalization;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Projections.Carts;
using Journey.Projections.Deliveries;
using Journey.Projections.ReadModels;
using Journey.Projections.Runs;

namespace Journey.Projections.Customers;

/// <summary>Turns a customer's state into rows: of what changed only, and once a batch.</summary>
public static class CustomerRows
{
    private const int ProductsShown = 5;

    /// <summary>Puts every row whose part of the state changed since it was last put.</summary>
    public static void PutChanged(CustomerState state, string defaultCurrency, ReadModelChanges changes)
    {
        PutCustomer(state, defaultCurrency, changes);
        state.Identifiers.PutChanged(state.Customer, changes);
        foreach (var session in state.Sessions.Remembered)
        {
            if (session.IsDirty)
            {
                Put(state.Customer, session, changes);
            }
        }

        foreach (var cart in state.Carts.Carts)
        {
            if (cart.IsDirty)
            {
                Put(state.Customer, cart, changes);
            }
        }

        foreach (var message in state.Messages.Messages)
        {
            if (message.IsDirty)
            {
                Put(state.Customer, message, changes);
            }
        }

        foreach (var task in state.Messages.Tasks)
        {
            if (task.IsDirty)
            {
                Put(state.Customer, task, changes);
            }
        }

        foreach (var run in state.Runs.Runs)
        {
            if (run.IsDirty)
            {
                Put(state.Customer, run, changes);
            }
        }
    }

    public static void Put(string customer, Session session, ReadModelChanges changes)
    {
        session.IsDirty = false;
        changes.Put(
            ReadModelTables.Sessions,
            customer,
            session.Id,
            session.StartedAt,
            session.LastAt,
            session.Events,
            string.Join(',', session.Channels),
            session.IsExplicit,
            session.CartEvents,
            session.Orders,
            session.LinkedTo);
    }

    public static void Put(string customer, Cart cart, ReadModelChanges changes)
    {
        cart.IsDirty = false;
        var totals = cart.Totals();
        changes.Put(
            ReadModelTables.Carts,
            customer,
            cart.Id,
            CartStates.NameOf(cart.State),
            cart.Channel,
            totals.Count > 0 ? totals[0].Amount : 0m,
            totals.Count > 0 ? totals[0].Currency : Cell.Null,
            totals.Count > 1 ? string.Join(", ", totals.Select(static t => string.Create(CultureInfo.InvariantCulture, $"{t.Currency} {t.Amount}"))) : Cell.Null,
            cart.Quantity,
            cart.Items.Count,
            string.Join(',', cart.Items.Take(ProductsShown).Select(static item => item.Name ?? item.ProductId ?? item.Sku)),
            cart.Coupon,
            CartStates.NameOf(cart.Checkout),
            cart.CheckoutStep,
            cart.CreatedAt,
            cart.UpdatedAt,
            cart.ActiveAt,
            OrNull(cart.AbandonedAt),
            OrNull(cart.ClosedAt),
            cart.OrderId,
            cart.IsInfluenced,
            cart.IsClicked);
    }

    public static void Put(string customer, Message message, ReadModelChanges changes)
    {
        message.IsDirty = false;
        changes.Put(
            ReadModelTables.Messages,
            customer,
            message.Id,
            message.Journey,
            message.Version,
            message.Run,
            message.Step,
            message.Channel,
            message.Template,
            NameOf(message.State),
            message.Reason,
            message.RequestedAt,
            OrNull(message.SentAt),
            OrNull(message.DeliveredAt),
            OrNull(message.OpenedAt),
            OrNull(message.ClickedAt),
            OrNull(message.BouncedAt),
            OrNull(message.ComplainedAt),
            OrNull(message.EndedAt));
    }

    public static void Put(string customer, TaskRequest task, ReadModelChanges changes)
    {
        task.IsDirty = false;
        changes.Put(
            ReadModelTables.Tasks,
            customer,
            task.Id,
            task.Journey,
            task.Run,
            task.Step,
            task.Team,
            task.Title,
            task.State,
            task.Reason,
            task.RequestedAt,
            OrNull(task.DueAt),
            OrNull(task.AnsweredAt));
    }

    public static void Put(string customer, RunView run, ReadModelChanges changes)
    {
        run.IsDirty = false;
        changes.Put(
            ReadModelTables.Runs,
            customer,
            run.Id,
            run.Journey,
            run.Version,
            run.Key,
            run.Step,
            run.IsHoldout,
            run.EnteredAt,
            OrNull(run.WaitingUntil),
            OrNull(run.GoalAt),
            OrNull(run.EndedAt),
            run.ExitReason,
            run.MessagesRequested,
            OrNull(run.StepSince));
    }

    public static string NameOf(ConsentState state) => state switch
    {
        ConsentState.Granted => "granted",
        ConsentState.Revoked => "revoked",
        _ => "unknown",
    };

    private static void PutCustomer(CustomerState state, string defaultCurrency, ReadModelChanges changes)
    {
        var (lifetime, profile) = (state.Lifetime, state.Profile);
        var revenue = lifetime.MainRevenue(defaultCurrency);
        var cart = state.Carts.Latest();
        changes.Put(
            ReadModelTables.Customers,
            state.Customer,
            lifetime.IsEmpty ? Cell.Null : lifetime.FirstSeenAt,
            lifetime.IsEmpty ? Cell.Null : lifetime.LastSeenAt,
            lifetime.Events,
            lifetime.Orders,
            revenue.Amount,
            revenue.Currency,
            OrNull(lifetime.FirstOrderAt),
            OrNull(lifetime.LastOrderAt),
            string.Join(',', lifetime.Channels.Select(static use => use.Channel)),
            lifetime.PreferredChannel,
            lifetime.LastEvent,
            lifetime.LastChannel,
            lifetime.LastStore,
            state.Identifiers.Devices,
            profile.Place("country"),
            profile.IsKnown,
            profile.HasEmail,
            profile.HasPhone,
            profile.HasPush,
            NameOf(profile.ConsentTo(ContactChannel.Email.Name, "marketing")),
            cart is null ? Cell.Null : CartStates.NameOf(cart.State),
            string.Join(',', state.Segments),
            state.Runs.Active,
            state.MergedInto,
            profile.Text("email"),
            FullName(profile));
    }

    private static string? FullName(Profile profile) => profile.Text("name")
        ?? (profile.Text("firstName"), profile.Text("lastName")) switch
        {
            (null, var last) => last,
            (var first, null) => first,
            var (first, last) => $"{first} {last}",
        };

    private static string NameOf(MessageState state) => state switch
    {
        MessageState.Requested => "requested",
        MessageState.Sent => "sent",
        MessageState.Delivered => "delivered",
        MessageState.Opened => "opened",
        MessageState.Clicked => "clicked",
        MessageState.Bounced => "bounced",
        MessageState.Failed => "failed",
        MessageState.Complained => "complained",
        _ => "suppressed",
    };

    private static Cell OrNull(long at) => at == 0 ? Cell.Null : at;
}
