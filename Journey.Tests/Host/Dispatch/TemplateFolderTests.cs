using Journey.Domain.Templates;
using Journey.Host.Dispatch;

namespace Journey.Tests.Host.Dispatch;

public sealed class TemplateFolderTests
{
    private string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("journey-templates-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Every_template_file_is_read_and_nothing_else()
    {
        Write("a.txt", "a");
        Write("b.email.html", "b");
        Write("README.md", "about");
        Write(".a.txt.swp", "x");
        Write("a.txt~", "x");

        var parse = TemplateFolder.Load(_folder);

        Assert.That(parse.Faults, Is.Empty);
        Assert.That(parse.Library.Names, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void A_faulty_file_is_reported_and_the_others_are_used()
    {
        Write("a.txt", "{{#if x}}");
        Write("b.txt", "b");
        Write("c.txt", new string('x', (Template.SourceLengthMax * 4) + 1));

        var parse = TemplateFolder.Load(_folder);

        Assert.That(parse.Faults.Select(fault => $"{fault.At}: {fault.Code}"), Is.EqualTo(new[] { "c.txt:1:1: T125", "a.txt:1:1: T103" }));
        Assert.That(parse.Library.Names, Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void A_folder_that_is_not_there_is_an_error() =>
        Assert.That(() => TemplateFolder.Load(Path.Combine(_folder, "none")), Throws.TypeOf<DirectoryNotFoundException>());

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
