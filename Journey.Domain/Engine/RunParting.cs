namespace Journey.Domain.Engine;

/// <summary>One customer turns out to be two after all: whose runs go.</summary>
public static class RunParting
{
    /// <summary>Takes out of a state the runs that go, with what is remembered of ended ones and the messages that counted for their caps.</summary>
    /// <param name="goes">By the run's id.</param>
    /// <param name="goesFrom">By the position of the event it was entered by, which is known before the entry is read back.</param>
    /// <param name="messages">Asked for by those runs.</param>
    /// <returns>What goes; entries counted per day stay where they were counted.</returns>
    public static EngineState Part(EngineState state, Func<Guid, bool> goes, Func<long, bool> goesFrom, IEnumerable<(long At, string Channel, string Journey)> messages)
    {
        var going = new EngineState();
        foreach (var run in state.Runs.Where(run => goes(run.Id) || goesFrom(run.EntryPosition)).ToList())
        {
            going.RunList.Add(run);
            state.RunList.Remove(run);
        }

        foreach (var run in state.Finished.Where(run => goes(run.Id)).ToList())
        {
            going.FinishedList.Add(run);
            state.FinishedList.Remove(run);
        }

        foreach (var (at, channel, journey) in messages)
        {
            var message = new SentMessage(at, channel, journey);
            if (state.Messages.Contains(message))
            {
                going.MessageList.Add(message);
                state.MessageList.Remove(message);
            }
        }

        return going;
    }
}
