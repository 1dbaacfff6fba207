using Journey.Domain.Language;
using Journey.Domain.Language.Formats;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Language;

public sealed class FormatTests
{
    [TestCase("4h", 4 * Instants.Hour)]
    [TestCase("90m", 90 * Instants.Minute)]
    [TestCase("1h30m", 90 * Instants.Minute)]
    [TestCase("7d", 7 * Instants.Day)]
    [TestCase("2w", 14 * Instants.Day)]
    [TestCase("45s", 45 * Instants.Second)]
    [TestCase("PT4H", 4 * Instants.Hour)]
    [TestCase("P1DT12H", 36 * Instants.Hour)]
    [TestCase("P2W", 14 * Instants.Day)]
    [TestCase("3650d", LanguageLimits.DurationMaxMs)]
    public void A_duration_is_read(string text, long milliseconds) =>
        Assert.That((Durations.TryParse(text, out var read), read), Is.EqualTo((true, milliseconds)));

    [TestCase("")]
    [TestCase("0h")]
    [TestCase("4")]
    [TestCase("h")]
    [TestCase("4 h")]
    [TestCase("-4h")]
    [TestCase("1.5h")]
    [TestCase("30m1h")]
    [TestCase("1h1h")]
    [TestCase("3651d")]
    [TestCase("99999999999999999999d")]
    [TestCase("P")]
    [TestCase("PT")]
    [TestCase("P1M", Description = "a month has no fixed length")]
    [TestCase("P4H")]
    [TestCase("PT1D")]
    [TestCase("P1DT")]
    public void What_is_no_duration_is_refused(string text) => Assert.That(Durations.TryParse(text, out _), Is.False);

    [TestCase(90 * Instants.Minute, ExpectedResult = "1h30m")]
    [TestCase(14 * Instants.Day, ExpectedResult = "2w")]
    [TestCase(8 * Instants.Day, ExpectedResult = "8d")]
    [TestCase(400 * Instants.Day, ExpectedResult = "400d")]
    [TestCase(0L, ExpectedResult = "0s")]
    public string A_duration_is_written_as_one_would(long milliseconds) => Durations.Format(milliseconds);

    [TestCase("10%", 0.1)]
    [TestCase("33.3%", 0.333)]
    [TestCase("0.25", 0.25)]
    [TestCase("0%", 0.0)]
    [TestCase("100%", 1.0)]
    public void A_share_is_read(string text, double share) => Assert.That((Shares.TryParse(text, out var read), read), Is.EqualTo((true, share)));

    [TestCase("10")]
    [TestCase("101%")]
    [TestCase("-1%")]
    [TestCase("%")]
    [TestCase("ten")]
    [TestCase("1e-1")]
    public void What_is_no_share_is_refused(string text) => Assert.That(Shares.TryParse(text, out _), Is.False);

    [TestCase("true", "true")]
    [TestCase("'true'", "\"true\"")]
    [TestCase("007", "\"007\"")]
    [TestCase("-1.5e3", "-1.5e3")]
    [TestCase("yes", "\"yes\"")]
    [TestCase("~", "null")]
    [TestCase("[1, {a: b}]", """[1,{"a":"b"}]""")]
    [TestCase("'= 1'", null, Description = "an expression")]
    [TestCase("'== 1'", "\"= 1\"")]
    public void A_literal_is_what_it_looks_like(string yaml, string? json)
    {
        var set = (Step.Set)Documents.Definition(Documents.Journey($"- set: {{ trait: {yaml} }}")).Steps[0];
        Assert.That((set.Traits[0].Literal, set.Traits[0].Expression is null), Is.EqualTo((json, json is not null)));
    }
}
