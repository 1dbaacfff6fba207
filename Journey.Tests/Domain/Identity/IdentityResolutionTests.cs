using Journey.Domain.Identity;

namespace Journey.Tests.Domain.Identity;

public sealed class IdentityResolutionTests
{
    private IdentityMap _map = new();
    private long _position;

    [SetUp]
    public void Forget() => (_map, _position) = (new IdentityMap(), 0);

    [Test]
    public void An_unknown_identifier_founds_a_customer_named_after_the_strongest()
    {
        var resolution = When("a1 e1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("e1")));
        Assert.That(resolution.IsNew);
        Assert.That(resolution.Links, Is.EqualTo(Ids.Of("e1 a1")));
        Assert.That(resolution.Merges, Is.Empty);
    }

    [Test]
    public void A_known_identifier_teaches_nothing()
    {
        When("a1");

        AssertTeachesNothing(When("a1"), Ids.FoundedBy("a1"));
    }

    [Test]
    public void Anonymous_history_joins_the_person_who_signs_in_for_the_first_time()
    {
        When("a1");

        var resolution = When("u1 a1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("a1")));
        Assert.That(resolution.Links, Is.EqualTo(Ids.Of("u1")));
        Assert.That(resolution.Merges, Is.Empty);
    }

    [Test]
    public void Anonymous_history_is_absorbed_by_the_person_who_signs_in_again()
    {
        When("u1");
        When("a1");

        var resolution = When("u1 a1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("u1")));
        Assert.That(resolution.Merges, Is.EqualTo(new[] { new IdentityMerge(Ids.FoundedBy("a1"), Ids.FoundedBy("u1"), IdentifierKind.AnonymousId) }));
        Assert.That(Holder("a1"), Is.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public void An_anonymous_customer_with_the_stronger_identifier_is_absorbed_by_the_known_one_all_the_same()
    {
        When("u1 a1");
        When("e1");

        var resolution = When("e1 a1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("u1")));
        Assert.That(resolution.Merges, Is.EqualTo(new[] { new IdentityMerge(Ids.FoundedBy("e1"), Ids.FoundedBy("u1"), IdentifierKind.AnonymousId) }));
    }

    [Test]
    public void Of_two_unknown_customers_the_one_with_the_stronger_identifier_survives()
    {
        When("d1");
        When("e1");

        var resolution = When("d1 e1");

        Assert.That(resolution.Merges, Is.EqualTo(new[] { new IdentityMerge(Ids.FoundedBy("d1"), Ids.FoundedBy("e1"), IdentifierKind.DeviceId) }));
    }

    [TestCase("e1 e2")]
    [TestCase("e2 e1")]
    public void Of_two_with_equal_identifiers_the_older_survives(string identifiers)
    {
        When("e2");
        When("e1");

        Assert.That(When(identifiers).Customer, Is.EqualTo(Ids.FoundedBy("e2")));
    }

    [Test]
    public void Two_people_with_user_ids_never_merge_and_the_shared_device_goes_to_the_last()
    {
        When("u1 d1 a1 e1 p1 c1");
        When("u2");

        var resolution = When("u2 d1 a1 e1 p1 c1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("u2")));
        Assert.That(resolution.Merges, Is.Empty);
        Assert.That(resolution.Links, Is.EqualTo(Ids.Of("d1 a1")));
        Assert.That(new[] { "d1", "a1" }.Select(Holder), Is.All.EqualTo(Ids.FoundedBy("u2")));
        Assert.That(new[] { "e1", "p1", "c1" }.Select(Holder), Is.All.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public void A_new_user_id_on_somebody_elses_device_is_a_new_person()
    {
        When("u1 d1 e1");

        var resolution = When("u2 d1 e1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("u2")));
        Assert.That(resolution.IsNew);
        Assert.That(resolution.Links, Is.EqualTo(Ids.Of("u2 d1")));
        Assert.That(Holder("e1"), Is.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public void A_new_user_id_passes_over_a_known_person_to_an_anonymous_one()
    {
        When("u1 e1");
        When("a1");

        var resolution = When("u2 e1 a1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("a1")));
        Assert.That(resolution.Links, Is.EqualTo(Ids.Of("u2")));
    }

    [Test]
    public void Different_loyalty_cards_do_not_merge_by_themselves()
    {
        When("c1 d1");
        When("c2");

        var resolution = When("c2 d1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("c2")));
        Assert.That(resolution.Merges, Is.Empty);
        Assert.That(Holder("d1"), Is.EqualTo(Ids.FoundedBy("c2")));
    }

    [Test]
    public void A_new_card_on_the_device_of_another_cards_holder_is_a_new_customer()
    {
        When("c1 d1");

        Assert.That(When("c2 d1").Customer, Is.EqualTo(Ids.FoundedBy("c2")));
    }

    [Test]
    public void A_signed_in_person_may_have_two_cards()
    {
        When("u1 c1");
        When("c2");

        var resolution = When("u1 c2");

        Assert.That(resolution.Merges, Is.EqualTo(new[] { new IdentityMerge(Ids.FoundedBy("c2"), Ids.FoundedBy("u1"), IdentifierKind.LoyaltyCard) }));
        Assert.That(When("u1 c3").Links, Is.EqualTo(Ids.Of("c3")));
    }

    [Test]
    public void An_alias_ties_the_anonymous_to_the_new_user_id()
    {
        When("a1");

        var resolution = When("u1", "a1");

        Assert.That(resolution.Customer, Is.EqualTo(Ids.FoundedBy("a1")));
        Assert.That(resolution.Links, Is.EqualTo(Ids.Of("u1")));
    }

    [Test]
    public void An_alias_gives_a_person_a_second_user_id_where_nobody_has_it()
    {
        When("u1");

        Assert.That(When("u2", "u1").Customer, Is.EqualTo(Ids.FoundedBy("u1")));
        Assert.That(When("u1", "u3").Links, Is.EqualTo(Ids.Of("u3")));
        Assert.That(new[] { "u2", "u3" }.Select(Holder), Is.All.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public void An_alias_merges_two_known_people_no_more_than_anything_else()
    {
        When("u1");
        When("u2");

        var resolution = When("u2", "u1");

        AssertTeachesNothing(resolution, Ids.FoundedBy("u2"));
        Assert.That(Holder("u1"), Is.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public void Of_two_user_ids_in_one_event_the_one_that_is_known_decides_and_the_other_is_not_linked()
    {
        When("u2");

        AssertTeachesNothing(When("u1 u2"), Ids.FoundedBy("u2"));
        Assert.That(Holder("u1"), Is.Null);
    }

    [Test]
    public void Everybody_in_a_chain_of_merges_leads_to_the_last_survivor()
    {
        When("a1");
        When("d1");
        When("e1");
        When("d1 a1");
        When("e1 d1");
        When("u1");
        When("u1 e1");

        Assert.That(new[] { "a1", "d1", "e1", "u1" }.Select(Holder), Is.All.EqualTo(Ids.FoundedBy("u1")));
        Assert.That(_map.StandingOf(Ids.FoundedBy("a1"))!.Id, Is.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public void One_event_may_merge_several()
    {
        When("u1");
        When("e1");
        When("d1");
        When("a1");

        Assert.That(When("a1 d1 e1 u1").Merges, Is.EqualTo(new[]
        {
            new IdentityMerge(Ids.FoundedBy("e1"), Ids.FoundedBy("u1"), IdentifierKind.Email),
            new IdentityMerge(Ids.FoundedBy("d1"), Ids.FoundedBy("u1"), IdentifierKind.DeviceId),
            new IdentityMerge(Ids.FoundedBy("a1"), Ids.FoundedBy("u1"), IdentifierKind.AnonymousId),
        }));
    }

    [Test]
    public void A_name_that_is_taken_gets_the_next_generation()
    {
        _map.Link(Ids.FoundedBy("u1"), Ids.Of("e9"), 1, IdentityRules.Default);

        Assert.That(When("u1").Customer, Is.EqualTo(CustomerId.FoundedBy(Ids.One("u1"), generation: 1)));
    }

    [Test]
    public void An_interaction_without_identifiers_is_nobodys() =>
        Assert.That(() => IdentityResolution.Resolve(Ids.Interaction("", [], []), _map, IdentityRules.Default), Throws.ArgumentException);

    private Resolution When(string identifiers, string alias = "")
    {
        var resolution = IdentityResolution.Resolve(Ids.Interaction("", identifiers, alias), _map, IdentityRules.Default);
        _map.Apply(resolution, ++_position, IdentityRules.Default);
        return resolution;
    }

    private static void AssertTeachesNothing(Resolution resolution, string customer)
    {
        Assert.That(resolution.Customer, Is.EqualTo(customer));
        Assert.That(resolution.IsNew, Is.False);
        Assert.That(resolution.TeachesSomething, Is.False);
    }

    private string? Holder(string identifier) => _map.Find(Ids.One(identifier))?.Id;
}
