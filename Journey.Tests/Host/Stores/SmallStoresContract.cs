using Journey.Host.Stores;

namespace Journey.Tests.Host.Stores;

/// <summary>What every store keeps beside the log and what is folded from it.</summary>
public abstract class SmallStoresContract
{
    private IJourneyStore _store = null!;
    private Clock _clock = null!;

    /// <summary>An empty store.</summary>
    protected abstract IJourneyStore Create(TimeProvider clock);

    [SetUp]
    public void Open()
    {
        _clock = new Clock();
        _store = Create(_clock);
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_key_is_in_force_until_it_is_revoked_and_is_listed_after()
    {
        Assert.That(await _store.WriteKeys.AddAsync("secret-1", "web"), Is.True);
        Assert.That(await _store.WriteKeys.FindAsync("secret-1"), Is.EqualTo(new WriteKey(WriteKey.HashOf("secret-1"), "web", 1_000, null)));
        _clock.Now = 2_000;
        Assert.That(await _store.WriteKeys.RevokeAsync("web"), Is.True);
        Assert.That(await _store.WriteKeys.RevokeAsync("web"), Is.False);
        Assert.That(await _store.WriteKeys.FindAsync("secret-1"), Is.Null);
        Assert.That(await _store.WriteKeys.AddAsync("secret-2", "web"), Is.True, "the name is free again");
        Assert.That(await _store.WriteKeys.ListAsync(), Is.EqualTo(new[]
        {
            new WriteKey(WriteKey.HashOf("secret-1"), "web", 1_000, 2_000), new WriteKey(WriteKey.HashOf("secret-2"), "web", 2_000, null),
        }));
    }

    [Test]
    public async Task A_key_or_a_name_in_force_is_not_given_twice()
    {
        await _store.WriteKeys.AddAsync("secret", "web");

        Assert.That(await _store.WriteKeys.AddAsync("secret", "app"), Is.False);
        Assert.That(await _store.WriteKeys.AddAsync("other", "web"), Is.False);
        Assert.That(async () => await _store.WriteKeys.AddAsync("x", new string('n', WriteKey.NameMax + 1)), Throws.ArgumentException);
        Assert.That(await _store.WriteKeys.AddAsync("x", new string('n', WriteKey.NameMax)), Is.True);
    }

    [Test]
    public async Task Dead_letters_are_put_replaced_listed_and_removed()
    {
        var first = new DeadLetter("d1", 7, "c1", "email", 3, 100, "refused");
        var second = first with { DecisionId = "d2", FailedAt = 200 };
        await _store.DeadLetters.PutAsync(first);
        await _store.DeadLetters.PutAsync(second);
        await _store.DeadLetters.PutAsync(first with { Attempts = 4, FailedAt = 300, Reason = "timed out" });

        Assert.That(await _store.DeadLetters.ListAsync(10), Is.EqualTo(new[] { first with { Attempts = 4, FailedAt = 300, Reason = "timed out" }, second }));
        Assert.That(await _store.DeadLetters.ListAsync(1, offset: 1), Is.EqualTo(new[] { second }));
        Assert.That(await _store.DeadLetters.FindAsync("d2"), Is.EqualTo(second));
        Assert.That(await _store.DeadLetters.CountAsync(), Is.EqualTo(2));
        Assert.That(await _store.DeadLetters.RemoveAsync("d1"), Is.True);
        Assert.That(await _store.DeadLetters.RemoveAsync("d1"), Is.False);
        Assert.That(await _store.DeadLetters.CountAsync(), Is.EqualTo(1));
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; } = 1_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
    }
}
