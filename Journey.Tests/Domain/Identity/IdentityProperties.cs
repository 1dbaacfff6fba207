using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;

namespace Journey.Tests.Domain.Identity;

/// <summary>What holds after any history, over histories of people who share devices, cards and addresses.</summary>
public sealed class IdentityProperties
{
    private static readonly string[][] Pools =
    [
        ["", "", "u1", "u2", "u3"], ["", "", "c1", "c2"], ["", "", "e1", "e2"], ["", "", "p1"], ["", "d1", "d2"], ["", "a1", "a2", "a3"],
    ];

    [Test]
    public void The_order_in_which_identifiers_are_given_makes_no_difference() => ForAll(WithAliases, history =>
    {
        var map = new IdentityMap();
        var position = 0;
        foreach (var interaction in history)
        {
            var resolution = Resolve(map, interaction);
            var turned = interaction with { Identifiers = [.. interaction.Identifiers.Reverse()], Alias = [.. interaction.Alias.Reverse()] };
            AssertSame(Resolve(map, turned), resolution);
            map.Apply(resolution, ++position, IdentityRules.Default);
        }
    });

    [Test]
    public void People_with_different_user_ids_never_become_one() => ForAll(WithoutAliases, history =>
    {
        var map = Fold(history);
        var people = new[] { "u1", "u2", "u3" }.Select(id => map.Find(Ids.One(id))?.Id).OfType<string>().ToArray();
        Assert.That(people.Distinct().Count(), Is.EqualTo(people.Length));
    });

    [Test]
    public void Holders_of_different_cards_never_become_one_where_nobody_signs_in() => ForAll(WithoutUserIds, history =>
    {
        var map = Fold(history);
        var first = map.Find(Ids.One("c1"))?.Id;
        Assert.That(first is null || first != map.Find(Ids.One("c2"))?.Id);
    });

    // Without aliases: what an alias links may make its customer the stronger one at the next look. The log never looks twice: a repeat is
    // known by (source, id) before anybody is resolved.
    [Test]
    public void The_same_interaction_again_teaches_nothing() => ForAll(WithoutAliases, history =>
    {
        var map = new IdentityMap();
        var position = 0;
        foreach (var interaction in history)
        {
            var first = Resolve(map, interaction);
            map.Apply(first, ++position, IdentityRules.Default);
            var second = Resolve(map, interaction);
            Assert.That(second.Customer, Is.EqualTo(first.Customer));
            Assert.That(second.TeachesSomething, Is.False);
        }
    });

    [Test]
    public void A_merged_customer_leads_to_the_survivor_for_ever() => ForAll(WithAliases, history =>
    {
        var map = new IdentityMap();
        var position = 0;
        var merges = new List<IdentityMerge>();
        foreach (var interaction in history)
        {
            var resolution = Resolve(map, interaction);
            map.Apply(resolution, ++position, IdentityRules.Default);
            merges.AddRange(resolution.Merges);
            Assert.That(resolution.Merges.Select(merge => merge.Survivor), Is.All.EqualTo(resolution.Customer));
        }

        foreach (var merge in merges)
        {
            Assert.That(map.StandingOf(merge.Absorbed)!.Id, Is.EqualTo(map.StandingOf(merge.Survivor)!.Id));
        }
    });

    [TestCase("workspace: w")]
    [TestCase("{ workspace: w, identity: { limits: { deviceId: 1, anonymousId: 2 }, priority: [userId, email, deviceId], blocked: { email: ['e1*'] }, sharedChannels: [web] } }")]
    [TestCase("{ workspace: w, identity: { limits: { deviceId: 1, anonymousId: 1 } } }")]
    public void The_log_rebuilds_what_ingestion_knew(string workspace) => ForAll(WithAliases, history =>
    {
        var map = new IdentityMap();
        var fold = new IdentityFold();
        var position = 1L;
        var document = DocumentParser.Parse("w.yaml", workspace).Documents.Single();
        fold.Apply(Recorded(DefinitionDocuments.Publish(document, 0), position));
        var rules = ((WorkspaceDefinition)document.Definition!).Settings.Identity;
        var merged = new List<IdentityMerge>();
        foreach (var interaction in history)
        {
            if (interaction.Id.EndsWith('7') && merged.Find(merge => map.StandingOf(merge.Absorbed)!.Id == merge.Survivor && map.StandingOf(merge.Survivor)!.Id == merge.Survivor) is { Absorbed: { } absorbed } merge)
            {
                merged.Remove(merge);
                var unmerge = new Unmerge(merge.Survivor, absorbed, interaction.Identifiers, new Known(true, false), new Known(false, false), position);
                map.Unmerge(merge.Survivor, absorbed, unmerge.Identifiers);
                map.SetKnown(absorbed, unmerge.RestoredKnown);
                map.SetKnown(merge.Survivor, unmerge.SurvivorKnown);
                foreach (var told in unmerge.ToEvents(0))
                {
                    fold.Apply(Recorded(told, ++position));
                }
            }

            var resolution = IdentityResolution.Resolve(interaction, map, rules);
            merged.AddRange(resolution.Merges);
            foreach (var told in IdentityEvents.Of(resolution.Merges, interaction))
            {
                fold.Apply(Recorded(told, ++position));
            }

            map.Apply(resolution, ++position, rules);
            fold.Apply(Recorded(
                new NewEvent(
                    resolution.Customer, interaction.Source, interaction.Id, interaction.Name, EventKind.Interaction,
                    resolution.TeachesSomething ? EventFlags.LinksIdentity : EventFlags.None, interaction.Channel, 0, 0, interaction.Payload),
                position));
            Assert.That(fold.Map.Digest(), Is.EqualTo(map.Digest()));
        }
    });

    private static Gen<Interaction[]> WithAliases => Histories(userIds: true, aliases: true);

    private static Gen<Interaction[]> WithoutAliases => Histories(userIds: true, aliases: false);

    private static Gen<Interaction[]> WithoutUserIds => Histories(userIds: false, aliases: false);

    private static Gen<Interaction[]> Histories(bool userIds, bool aliases)
    {
        var identifiers = Gen.Choose(0, int.MaxValue).Select(number => Pick(number, userIds));
        var alias = aliases ? Gen.Frequency((4, Gen.Constant(ImmutableArray<Identifier>.Empty)), (1, identifiers)) : Gen.Constant(ImmutableArray<Identifier>.Empty);
        return identifiers.Zip(alias).Select(pair => Ids.Interaction("", pair.Item1, pair.Item2)).ArrayOf().Resize(25)
            .Select(history => history.Select((interaction, i) => interaction with { Id = $"{i}" }).ToArray());
    }

    private static ImmutableArray<Identifier> Pick(int number, bool userIds)
    {
        var picked = ImmutableArray.CreateBuilder<Identifier>();
        foreach (var pool in userIds ? Pools : Pools[1..])
        {
            var one = pool[number % pool.Length];
            number /= pool.Length;
            if (one.Length > 0)
            {
                picked.Add(Ids.One(one));
            }
        }

        return picked.Count == 0 ? Ids.Of("a1") : picked.ToImmutable();
    }

    private static void ForAll(Gen<Interaction[]> histories, Action<Interaction[]> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(histories.ToArbitrary(), holds));

    private static Resolution Resolve(IdentityMap map, Interaction interaction) =>
        IdentityResolution.Resolve(interaction, map, IdentityRules.Default);

    private static IdentityMap Fold(Interaction[] history)
    {
        var map = new IdentityMap();
        for (var i = 0; i < history.Length; i++)
        {
            map.Apply(Resolve(map, history[i]), i + 1, IdentityRules.Default);
        }

        return map;
    }

    private static RecordedEvent Recorded(NewEvent e, long position) => new(
        position, e.Stream, 1, Partitions.Of(e.Stream), e.Source, e.Id, e.Name, e.Kind, e.Flags, e.Channel, e.OccurredAt, e.ReceivedAt, e.Payload);

    private static void AssertSame(Resolution actual, Resolution expected)
    {
        Assert.That(actual.Customer, Is.EqualTo(expected.Customer));
        Assert.That(actual.IsNew, Is.EqualTo(expected.IsNew));
        Assert.That(actual.Links, Is.EqualTo(expected.Links));
        Assert.That(actual.Merges, Is.EqualTo(expected.Merges));
    }
}
