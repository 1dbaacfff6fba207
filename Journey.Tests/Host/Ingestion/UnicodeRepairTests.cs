using System.Text;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class UnicodeRepairTests
{
    [TestCase("""{"a":"\ud83d"}""", """{"a":"\ufffd"}""", TestName = "A_first_half_alone_is_replaced")]
    [TestCase("""{"a":"\uDE00x"}""", """{"a":"\ufffdx"}""", TestName = "A_second_half_alone_is_replaced")]
    [TestCase("""{"a":"\ud83d\ude00"}""", """{"a":"\ud83d\ude00"}""", TestName = "A_pair_stays")]
    [TestCase("""{"a":"\ud83d\ud83d\ude00"}""", """{"a":"\ufffd\ud83d\ude00"}""", TestName = "Only_the_half_before_a_pair_is_replaced")]
    [TestCase("""{"a":"\\ud83d"}""", """{"a":"\\ud83d"}""", TestName = "An_escaped_backslash_begins_no_escape")]
    [TestCase("""{"a":"\\\ud83d"}""", """{"a":"\\\ufffd"}""", TestName = "A_half_after_an_escaped_backslash_is_replaced")]
    [TestCase("""{"\ud83d":1}""", """{"\ufffd":1}""", TestName = "A_half_in_a_name_is_replaced")]
    [TestCase("""{"a":"\u00e8\n\t\"é"}""", """{"a":"\u00e8\n\t\"é"}""", TestName = "Other_escapes_stay")]
    [TestCase("""{"a":"\ud83""", """{"a":"\ud83""", TestName = "A_torn_escape_stays_for_the_parser_to_refuse")]
    [TestCase("""{"a":"\""", """{"a":"\""", TestName = "A_backslash_at_the_end_stays_for_the_parser_to_refuse")]
    public void Repair(string sent, string expected)
    {
        var json = Encoding.UTF8.GetBytes(sent);
        UnicodeRepair.Apply(json);
        Assert.That(Encoding.UTF8.GetString(json), Is.EqualTo(expected));
    }
}
