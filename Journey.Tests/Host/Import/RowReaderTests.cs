using System.Text;
using Journey.Host.Import;

namespace Journey.Tests.Host.Import;

/// <summary>Rows as they come out of files: CSV by RFC 4180, JSON lines, and everything that people call by those names.</summary>
public sealed class RowReaderTests
{
    [TestCase("a,b\n1,2\n", "2: 1|2")]
    [TestCase("a,b\r\n1,2\r\n3,4", "2: 1|2; 3: 3|4")]
    [TestCase("\ufeffa,b\n1,2\n", "2: 1|2")]
    [TestCase("a,b\n\n1,2\n\n", "3: 1|2")]
    [TestCase("a,b\n\"1,5\",\"say \"\"hi\"\"\"\n", "2: 1,5|say \"hi\"")]
    [TestCase("a,b\n\"one\ntwo\",2\n3,4\n", "2: one\ntwo|2; 4: 3|4")]
    [TestCase("a,b\n\"\",\n", "2: |")]
    [TestCase("a,b\n1\n2,3\n4,5,6\n", "2! the row has 1 fields, the header 2; 3: 2|3; 4! the row has 3 fields, the header 2")]
    [TestCase("a,b\n1,x\"y\n2,3\n", "2! field 2 has a quote inside and is not quoted itself; 3: 2|3")]
    [TestCase("a,b\n1,\"x\"y\n2,3\n", "2! field 2 goes on after its closing quote; 3: 2|3")]
    [TestCase("a,b\n1,\"never\n2,3\n4,5\n", "2! a quote is opened and never closed; 3: 2|3; 4: 4|5")]
    [TestCase("a,b\n\"open\n\"closed\",2\n3,4\n", "2! field 1 goes on after its closing quote; 3: closed|2; 4: 3|4")]
    public void A_CSV_file_is_read_row_by_row_and_one_bad_row_spoils_no_other(string file, string rows) => Assert.That(Csv(file), Is.EqualTo(rows));

    [Test]
    public void Another_delimiter_may_part_the_fields() => Assert.That(Csv("a;b\n1,5;2\n", ';'), Is.EqualTo("2: 1,5|2"));

    [TestCase("", "The file is empty. Expected a header with the names of the columns.")]
    [TestCase("a,b,a\n", "The header has the column 'a' twice. Expected every name once.")]
    [TestCase("a,\"b\n", "The header cannot be read: a quote is opened and never closed.")]
    public void A_file_without_a_header_that_can_be_read_is_refused(string file, string why) =>
        Assert.That(() => Csv(file), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(why));

    [Test]
    public void UTF_16_is_refused_with_advice() => Assert.That(
        () => new CsvRows(new LineReader(new MemoryStream([0xff, 0xfe, 0x61, 0x00])), ','),
        Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("The file is UTF-16. Expected UTF-8: save it again with that encoding."));

    [Test]
    public void A_line_that_is_not_UTF_8_is_rejected_alone()
    {
        byte[] file = [.. "a\n"u8, 0xe9, (byte)'\n', .. "x\n"u8];
        Assert.That(Rows(new CsvRows(new LineReader(new MemoryStream(file)), ',')), Is.EqualTo("2! the line is not valid UTF-8; 3: x"));
    }

    [Test]
    public void A_line_may_be_as_long_as_the_limit_and_no_longer()
    {
        const int max = 100;
        var file = $"{new string('a', max)}\r\n{new string('b', max + 1)}\n{new string('c', 500_000)}\nd\n{new string('e', max)}";
        var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(file)), max);
        var lines = new List<(long, int, string?)>();
        while (reader.TryRead(out var line))
        {
            lines.Add((line.Number, line.Bytes.Length, line.Fault));
        }

        const string fault = "the line is longer than 100 bytes";
        Assert.That(lines, Is.EqualTo(new (long, int, string?)[] { (1, max, null), (2, 0, fault), (3, 0, fault), (4, 1, null), (5, max, null) }));
    }

    [Test]
    public void A_row_may_span_as_many_lines_as_the_limit_and_no_more()
    {
        var longest = string.Join('\n', Enumerable.Repeat("x", CsvRows.LinesPerRowMax + 1));
        Assert.Multiple(() =>
        {
            Assert.That(Csv($"a\n\"{longest}\"\n"), Is.EqualTo($"2: {longest}"));
            Assert.That(Csv($"a\n\"{longest}\nx\"\n"), Does.StartWith("2! a quote is opened and never closed; 3: x"));
        });
    }

    [TestCase("{\"a\":1,\"b\":\"x\"}\n", "1: 1|x")]
    [TestCase("\n{\"a\":{\"c\":true},\"b\":null}\n", "2: {\"c\":true}|")]
    [TestCase("[1]\n{\"a\":1", "1! the line is not a JSON object; 2! the line is not JSON (character 7)")]
    public void JSON_lines_are_read_line_by_line(string file, string rows)
    {
        using var reader = new JsonRows(new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(file))));
        Assert.That(Rows(reader, new BoundColumn("a", -1), new BoundColumn("b", -1)), Is.EqualTo(rows));
    }

    [Test]
    public void A_JSON_column_is_a_member_or_else_a_path()
    {
        using var reader = new JsonRows(new LineReader(new MemoryStream("{\"user.id\":1,\"user\":{\"id\":2,\"age\":3}}"u8.ToArray())));
        Assert.That(Rows(reader, new BoundColumn("user.id", -1), new BoundColumn("user.age", -1), new BoundColumn("user.id.x", -1)), Is.EqualTo("1: 1|3|"));
    }

    private static string Csv(string file, char delimiter = ',') => Rows(new CsvRows(new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(file))), delimiter));

    private static string Rows(IRowReader reader, params BoundColumn[] columns)
    {
        var rows = new List<string>();
        BoundColumn[] asked = columns.Length > 0 ? columns : [.. reader.Columns!.Select((name, i) => new BoundColumn(name, i))];
        while (reader.Read() is { } row)
        {
            rows.Add(row.Fault is null ? $"{row.Line}: {string.Join('|', asked.Select(column => row.Text(column)))}" : $"{row.Line}! {row.Fault}");
        }

        return string.Join("; ", rows);
    }
}
