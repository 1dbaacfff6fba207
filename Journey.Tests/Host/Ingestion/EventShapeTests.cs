using System.Text;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class EventShapeTests
{
    [Test]
    public void An_event_may_be_nested_to_the_limit_and_no_deeper()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Check(Nested(IngestLimits.EventDepthMax)), Is.Null);
            Assert.That(Check(Nested(IngestLimits.EventDepthMax + 1)), Is.EqualTo(Refusal.TooDeep));
        });
    }

    [Test]
    public void An_event_may_hold_values_to_the_limit_and_no_more()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Check(With(IngestLimits.EventValuesMax)), Is.Null);
            Assert.That(Check(With(IngestLimits.EventValuesMax + 1)), Is.EqualTo(Refusal.TooManyValues));
        });
    }

    [Test]
    public void An_event_may_be_as_large_as_the_limit_and_not_a_byte_larger()
    {
        const string json = """{"a":"0123456789"}""";
        Assert.Multiple(() =>
        {
            Assert.That(EventShape.Check(Encoding.UTF8.GetBytes(json), json.Length), Is.Null);
            Assert.That(EventShape.Check(Encoding.UTF8.GetBytes(json), json.Length - 1)?.Code, Is.EqualTo(Refusal.TooLargeCode));
        });
    }

    private static Refusal? Check(string json) => EventShape.Check(Encoding.UTF8.GetBytes(json), int.MaxValue);

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private static string With(int values) => "{" + string.Join(",", Enumerable.Range(0, values).Select(i => $"\"m{i}\":{i}")) + "}";
}
