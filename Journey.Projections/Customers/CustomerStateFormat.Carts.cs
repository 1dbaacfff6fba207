using Journey.Projections.Carts;
using Journey.Projections.Deliveries;
using Journey.Projections.Runs;

namespace Journey.Projections.Customers;

internal static partial class CustomerStateFormat
{
    private static void WriteCarts(StateWriter writer, CartShelf shelf)
    {
        writer.Number(shelf.Carts.Count);
        foreach (var cart in shelf.Carts)
        {
            writer.Text(cart.Id);
            writer.Byte((byte)(
                (cart.IsImplicit ? 1 : 0) | (cart.IsImported ? 2 : 0) | (cart.IsInfluenced ? 4 : 0) | (cart.IsClicked ? 8 : 0)
                | (cart.GivenTotal is null ? 0 : 16) | (cart.SentId == cart.Id ? 0 : 32)));
            if (cart.SentId != cart.Id)
            {
                writer.Text(cart.SentId);
            }

            writer.Byte((byte)cart.State);
            writer.Byte((byte)cart.Checkout);
            writer.Text(cart.Channel);
            writer.Number(cart.CreatedAt);
            writer.Number(cart.UpdatedAt - cart.CreatedAt);
            writer.Number(cart.ActiveAt - cart.CreatedAt);
            writer.Number(cart.AbandonedAt);
            writer.Number(cart.ConvertedAt);
            writer.Number(cart.ClosedAt);
            writer.Text(cart.CheckoutId);
            writer.Text(cart.CheckoutStep);
            writer.Number(cart.CheckoutStartedAt);
            writer.Number(cart.CheckoutActiveAt);
            writer.Text(cart.Coupon);
            writer.Text(cart.OrderId);
            if (cart.GivenTotal is { } total)
            {
                writer.Text(total.Currency);
                writer.Money(total.Amount);
            }

            writer.Number(cart.Items.Count);
            foreach (var item in cart.Items)
            {
                WriteItem(writer, item);
            }
        }
    }

    private static CartShelf ReadCarts(ref StateReader reader)
    {
        var shelf = new CartShelf();
        for (var left = reader.Count(); left > 0; left--)
        {
            shelf.Restore(ReadCart(ref reader));
        }

        return shelf;
    }

    private static Cart ReadCart(ref StateReader reader)
    {
        var id = reader.Text();
        var flags = reader.Byte();
        var cart = new Cart(id, (flags & 1) != 0)
        {
            SentId = (flags & 32) != 0 ? reader.Text() : id,
            IsImported = (flags & 2) != 0,
            IsInfluenced = (flags & 4) != 0,
            IsClicked = (flags & 8) != 0,
            State = (CartState)reader.Byte(),
            Checkout = (CheckoutState)reader.Byte(),
            Channel = reader.Text(),
            CreatedAt = reader.Number(),
        };
        cart.UpdatedAt = cart.CreatedAt + reader.Number();
        cart.ActiveAt = cart.CreatedAt + reader.Number();
        cart.AbandonedAt = reader.Number();
        cart.ConvertedAt = reader.Number();
        cart.ClosedAt = reader.Number();
        cart.CheckoutId = reader.TextOrNull();
        cart.CheckoutStep = reader.TextOrNull();
        cart.CheckoutStartedAt = reader.Number();
        cart.CheckoutActiveAt = reader.Number();
        cart.Coupon = reader.TextOrNull();
        cart.OrderId = reader.TextOrNull();
        cart.GivenTotal = (flags & 16) != 0 ? new Money(reader.Text(), reader.Money()) : null;
        for (var left = reader.Count(); left > 0; left--)
        {
            cart.Restore(new CartItem(
                reader.TextOrNull(), reader.TextOrNull(), reader.TextOrNull(), reader.TextOrNull(), reader.MoneyOrNull(), reader.Money(), reader.Text()));
        }

        return cart;
    }

    private static void WriteItem(StateWriter writer, in CartItem item)
    {
        writer.Text(item.ProductId);
        writer.Text(item.Sku);
        writer.Text(item.Name);
        writer.Text(item.Category);
        writer.Money(item.Price);
        writer.Money(item.Quantity);
        writer.Text(item.Currency);
    }

    private static void WriteBrowse(StateWriter writer, Browse browse)
    {
        writer.Byte((byte)((browse.IsArmed ? 1 : 0) | (browse.IsImported ? 2 : 0) | (browse.LastProduct is null ? 0 : 4)));
        if (browse.LastProduct is { } product)
        {
            writer.Number(browse.LastViewedAt);
            writer.Text(product.Id);
            writer.Text(product.Sku);
            writer.Text(product.Name);
            writer.Text(product.Category);
            writer.Money(product.Price);
            writer.Text(product.Currency);
        }
    }

    private static Browse ReadBrowse(ref StateReader reader)
    {
        var flags = reader.Byte();
        var browse = new Browse { IsArmed = (flags & 1) != 0, IsImported = (flags & 2) != 0 };
        if ((flags & 4) != 0)
        {
            browse.LastViewedAt = reader.Number();
            browse.LastProduct = new Product(
                reader.TextOrNull(), reader.TextOrNull(), reader.TextOrNull(), reader.TextOrNull(), reader.MoneyOrNull(), reader.Text());
        }

        return browse;
    }

    private static void WriteMessages(StateWriter writer, MessageBox box)
    {
        writer.Number(box.LastMessageAt);
        writer.Number(box.LastClickAt);
        writer.Number(box.Messages.Count);
        foreach (var message in box.Messages)
        {
            writer.Text(message.Id);
            writer.Text(message.Journey);
            writer.Number(message.Version);
            writer.Text(message.Run);
            writer.Text(message.Step);
            writer.Text(message.Channel);
            writer.Text(message.Template);
            writer.Text(message.Reason);
            writer.Byte((byte)message.State);
            writer.Number(message.RequestedAt);
            writer.Number(message.SentAt);
            writer.Number(message.DeliveredAt);
            writer.Number(message.OpenedAt);
            writer.Number(message.ClickedAt);
            writer.Number(message.BouncedAt);
            writer.Number(message.ComplainedAt);
            writer.Number(message.EndedAt);
        }

        writer.Number(box.Tasks.Count);
        foreach (var task in box.Tasks)
        {
            writer.Text(task.Id);
            writer.Text(task.Journey);
            writer.Text(task.Run);
            writer.Text(task.Step);
            writer.Text(task.Team);
            writer.Text(task.Title);
            writer.Text(task.State);
            writer.Text(task.Reason);
            writer.Number(task.RequestedAt);
            writer.Number(task.DueAt);
            writer.Number(task.AnsweredAt);
        }
    }

    private static MessageBox ReadMessages(ref StateReader reader)
    {
        var box = new MessageBox { LastMessageAt = reader.Number(), LastClickAt = reader.Number() };
        for (var left = reader.Count(); left > 0; left--)
        {
            box.Restore(new Message(reader.Text())
            {
                Journey = reader.Text(),
                Version = reader.Number(),
                Run = reader.Text(),
                Step = reader.Text(),
                Channel = reader.Text(),
                Template = reader.Text(),
                Reason = reader.TextOrNull(),
                State = (MessageState)reader.Byte(),
                RequestedAt = reader.Number(),
                SentAt = reader.Number(),
                DeliveredAt = reader.Number(),
                OpenedAt = reader.Number(),
                ClickedAt = reader.Number(),
                BouncedAt = reader.Number(),
                ComplainedAt = reader.Number(),
                EndedAt = reader.Number(),
            });
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            box.Restore(new TaskRequest(reader.Text())
            {
                Journey = reader.Text(),
                Run = reader.Text(),
                Step = reader.Text(),
                Team = reader.Text(),
                Title = reader.Text(),
                State = reader.Text(),
                Reason = reader.TextOrNull(),
                RequestedAt = reader.Number(),
                DueAt = reader.Number(),
                AnsweredAt = reader.Number(),
            });
        }

        return box;
    }

    private static void WriteRuns(StateWriter writer, RunList list)
    {
        writer.Number(list.Runs.Count);
        foreach (var run in list.Runs)
        {
            writer.Text(run.Id);
            writer.Text(run.Journey);
            writer.Number(run.Version);
            writer.Text(run.Key);
            writer.Text(run.Step);
            writer.Flag(run.IsHoldout);
            writer.Number(run.EnteredAt);
            writer.Number(run.WaitingUntil);
            writer.Number(run.GoalAt);
            writer.Number(run.EndedAt);
            writer.Text(run.ExitReason);
            writer.Number(run.MessagesRequested);
            writer.Number(run.StepSince);
            writer.Number(run.Arms.Count);
            foreach (var (step, arm) in run.Arms)
            {
                writer.Text(step);
                writer.Text(arm);
            }
        }
    }

    private static RunList ReadRuns(ref StateReader reader)
    {
        var list = new RunList();
        for (var left = reader.Count(); left > 0; left--)
        {
            var run = new RunView(reader.Text())
            {
                Journey = reader.Text(),
                Version = reader.Number(),
                Key = reader.TextOrNull(),
                Step = reader.TextOrNull(),
                IsHoldout = reader.Flag(),
                EnteredAt = reader.Number(),
                WaitingUntil = reader.Number(),
                GoalAt = reader.Number(),
                EndedAt = reader.Number(),
                ExitReason = reader.TextOrNull(),
                MessagesRequested = reader.Number(),
                StepSince = reader.Number(),
            };
            for (var arms = reader.Count(); arms > 0; arms--)
            {
                run.Take(reader.Text(), reader.Text());
            }

            list.Restore(run);
        }

        return list;
    }
}
