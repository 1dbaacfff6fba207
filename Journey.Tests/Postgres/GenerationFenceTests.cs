using System.Net.Http.Json;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Projections.ReadModels;
using Journey.Tests.Crash;

namespace Journey.Tests.Postgres;

/// <summary>A host that hung while it rebuilt, and goes on once another has taken the rebuild over.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GenerationFenceTests : IDisposable
{
    private static readonly TableDefinition Arcs = new(
        "arcs", "map", TableKind.Counter, "Arcs.", 1, [new("arc", ColumnType.Text, ""), new("count", ColumnType.Integer, "")], []);

    private readonly PostgresDatabase _database = new();

    public void Dispose()
    {
        // The database is another test's afterwards.
        _database.Execute("DROP EVENT TRIGGER IF EXISTS hold_new; DROP FUNCTION IF EXISTS public.hold_new(), public.hold() CASCADE; DROP TABLE IF EXISTS public.held");
        _database.Dispose();
    }

    [Test]
    public async Task Who_built_a_generation_before_another_took_it_up_changes_nothing_of_it_any_more()
    {
        await using var hung = _database.Open();
        await using var other = _database.Open();
        await hung.PrepareAsync([Arcs]);
        await other.PrepareAsync([Arcs]);
        var number = (await hung.BeginAsync(new NewGeneration(Generation.All, "v1", "basis", Checkpoint.Start, [Arcs], 42))).Number;
        await hung.ClaimAsync(number);
        await hung.WriteAsync(Batch(number, slice: 1));
        Assert.That((await other.ClaimAsync(number)).DoneSlices, Is.EqualTo(1), "it goes on from what was done");

        Assert.Multiple(() =>
        {
            Assert.That(async () => await hung.WriteAsync(Batch(number, slice: 2)), Throws.InstanceOf<GenerationTakenException>().With.Message.Contains("taken rebuild 1 over"));
            Assert.That(async () => await hung.RestartAsync(number, Checkpoint.Start, "basis"), Throws.InstanceOf<GenerationTakenException>());
            Assert.That(async () => await hung.MarkAsync(number, GenerationState.Failed), Throws.InstanceOf<GenerationTakenException>());
            Assert.That(async () => await hung.SwapAsync(Swap(number)), Throws.InstanceOf<GenerationTakenException>());
        });
        await other.WriteAsync(Batch(number, slice: 2));
        Assert.That(await other.SwapAsync(Swap(number)), Is.True);
        Assert.That(_database.Ask<long>("SELECT count FROM journey_models.arcs WHERE arc = 'a'"), Is.EqualTo(2), "each slice is counted once");
    }

    [Test]
    public async Task A_host_that_hangs_in_a_rebuilds_write_holds_up_nobody_and_takes_nothing_back_when_it_goes_on()
    {
        await using var rig = await HostsRig.StartAsync(_database.Address, _database.Address);
        rig.Load();
        await rig.AcknowledgedMoreAsync();
        await rig.EndLoadAsync();
        var rebuilder = await RebuilderAsync(rig);
        HoldRebuilds();
        using var client = new HttpClient { BaseAddress = rebuilder.Url };
        using var begun = await client.PostAsync("/v1/projections/all/rebuild", null);
        begun.EnsureSuccessStatusCode();
        await rig.UntilAsync(() => Task.FromResult(_database.Ask<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'") > 0));

        // It stands in the middle of its first write, and the rows of that are its own for as long as its session lives.
        rebuilder.Hang();
        _database.Execute("UPDATE public.held SET held = false");
        await rig.UntilAsync(() => Task.FromResult(_database.Ask<string>("SELECT state FROM journey.generations ORDER BY number DESC LIMIT 1") == "Swapped"));
        rebuilder.GoOn();
        await rig.ReadyAsync();
        rig.Load();
        await rig.AcknowledgedMoreAsync();
        await rig.EndLoadAsync();
        await rig.EndAsync(_database.Address);
    }

    private static GenerationBatch Batch(int number, int slice)
    {
        var changes = new ReadModelChanges();
        changes.Add(Arcs, ["a"], 1);
        return new GenerationBatch(number, [], changes, DoneSlices: 1UL << (slice - 1));
    }

    private static GenerationSwap Swap(int number) => new(number, "other", Checkpoint.Start, 43, []);

    /// <summary>Once it has said where it answers, which it does with its second beat.</summary>
    private static async Task<ServerProcess> RebuilderAsync(HostsRig rig)
    {
        ServerProcess? rebuilder = null;
        using var client = new HttpClient { BaseAddress = rig.Hosts.First().Url };
        await rig.UntilAsync(async () =>
        {
            var hosts = (await client.GetFromJsonAsync<JsonElement>("/v1/hosts")).GetProperty("hosts").EnumerateArray();
            var url = hosts.FirstOrDefault(static host => host.GetProperty("roles").ToString().Contains("rebuilder", StringComparison.Ordinal)) is { ValueKind: JsonValueKind.Object } host
                ? host.GetProperty("url").GetString()
                : null;
            rebuilder = url is null ? null : rig.Hosts.Single(host => host.Url.Port == new Uri(url).Port);
            return rebuilder is not null;
        });
        return rebuilder!;
    }

    /// <summary>Whoever writes states of a generation waits in the database until that is let go.</summary>
    private void HoldRebuilds() => _database.Execute("""
        CREATE TABLE public.held AS SELECT true AS held;
        CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          WHILE (SELECT held FROM public.held) LOOP PERFORM pg_sleep(0.02); END LOOP;
          RETURN NULL;
        END $$;
        CREATE FUNCTION public.hold_new() RETURNS event_trigger LANGUAGE plpgsql AS $$
        DECLARE made record;
        BEGIN
          FOR made IN SELECT objid FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' AND object_identity LIKE 'journey_models.%customer_states\_\_g%' LOOP
            EXECUTE format('CREATE TRIGGER hold AFTER INSERT ON %s FOR EACH STATEMENT EXECUTE FUNCTION public.hold()', made.objid::regclass);
          END LOOP;
        END $$;
        CREATE EVENT TRIGGER hold_new ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.hold_new();
        """);
}
