namespace Journey.Projections.Deliveries;

/// <summary>A customer's latest messages and tasks, so that an outcome finds what it is the outcome of.</summary>
/// <remarks>Bounded: <see cref="MessagesMax"/> messages and <see cref="TasksMax"/> tasks; an outcome of an older one changes no row.</remarks>
public sealed class MessageBox
{
    public const int MessagesMax = 24;
    public const int TasksMax = 16;

    private readonly List<Message> _messages = [];
    private readonly List<TaskRequest> _tasks = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    public IReadOnlyList<TaskRequest> Tasks => _tasks;

    /// <summary>When a journey's message was last requested or sent; 0: never.</summary>
    public long LastMessageAt { get; internal set; }

    public long LastClickAt { get; internal set; }

    public Message? Find(string id) => _messages.Find(m => m.Id == id);

    public TaskRequest? FindTask(string id) => _tasks.Find(t => t.Id == id);

    internal void Add(Message message, out Message? forgotten)
    {
        forgotten = _messages.Count >= MessagesMax ? _messages[0] : null;
        if (forgotten is not null)
        {
            _messages.RemoveAt(0);
        }

        _messages.Add(message);
    }

    internal void Add(TaskRequest task, out TaskRequest? forgotten)
    {
        forgotten = _tasks.Count >= TasksMax ? _tasks[0] : null;
        if (forgotten is not null)
        {
            _tasks.RemoveAt(0);
        }

        _tasks.Add(task);
    }

    internal void Restore(Message message) => _messages.Add(message);

    internal void Restore(TaskRequest task) => _tasks.Add(task);
}
