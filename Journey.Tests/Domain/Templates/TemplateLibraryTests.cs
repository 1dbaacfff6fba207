using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Templates;

namespace Journey.Tests.Domain.Templates;

public sealed class TemplateLibraryTests
{
    private static readonly JsonElement Facts = JsonDocument.Parse("""{ "customer": { "firstName": "A&B" } }""").RootElement;

    [Test]
    public void A_channel_s_own_text_comes_before_the_one_for_every_channel()
    {
        var library = Parse(new TemplateFile("hello.txt", "any"), new TemplateFile("hello.email.html", "mail"));

        Assert.That(library.Find("hello", ContactChannel.Email)?.Body.Source, Is.EqualTo("mail"));
        Assert.That(library.Find("hello", ContactChannel.Sms)?.Body.Source, Is.EqualTo("any"));
        Assert.That(library.Find("goodbye", ContactChannel.Sms), Is.Null);
        Assert.That(library.Names, Is.EqualTo(new[] { "hello" }));
    }

    [Test]
    public void Front_matter_holds_the_subject_and_only_html_bodies_are_encoded()
    {
        var mail = Parse(new TemplateFile("hello.email.html", "---\nsubject: Hi {{customer.firstName}}\n---\n<p>{{customer.firstName}}</p>\n"))
            .Find("hello", ContactChannel.Email)!;

        Assert.That(Text(mail.Subject!), Is.EqualTo("Hi A&B"));
        Assert.That(Text(mail.Body), Is.EqualTo("<p>A&amp;B</p>\n"));
        Assert.That(mail.ContentType, Is.EqualTo("text/html"));
        Assert.That(Text(Parse(new TemplateFile("hello.txt", "{{customer.firstName}}")).Find("hello", ContactChannel.Sms)!.Body), Is.EqualTo("A&B"));
    }

    [Test]
    public void One_yaml_file_may_speak_for_every_channel()
    {
        var library = Parse(new TemplateFile("last-call.yaml", """
            text: last call
            channels:
              email:
                subject: Last call
                html: |
                  <b>last</b>
              sms: { text: "last, {{customer.firstName}}" }
            """));

        Assert.That(library.Find("last-call", ContactChannel.Email)!.Body.Source, Is.EqualTo("<b>last</b>\n"));
        Assert.That(library.Find("last-call", ContactChannel.Email)!.Subject!.Source, Is.EqualTo("Last call"));
        Assert.That(Text(library.Find("last-call", ContactChannel.Sms)!.Body), Is.EqualTo("last, A&B"));
        Assert.That(library.Find("last-call", ContactChannel.Push)!.Body.Source, Is.EqualTo("last call"));
    }

    [TestCase("Hello World.txt", "x", "Hello World.txt:1:1: T120: The file's name does not say what it holds. Expected NAME.html, NAME.txt, NAME.CHANNEL.html, NAME.CHANNEL.txt or NAME.yaml.")]
    [TestCase("a.md", "x", "a.md:1:1: T120: The file's name does not say what it holds. Expected NAME.html, NAME.txt, NAME.CHANNEL.html, NAME.CHANNEL.txt or NAME.yaml.")]
    [TestCase("a.txt", "---\nsubject: x\n", "a.txt:1:1: T123: The front matter is not closed. Expected a second line of `---`.")]
    [TestCase("a.txt", "---\nsubjct: x\n---\nbody", "a.txt:2:1: S106: The key `subjct` means nothing here. Expected one of subject. Did you mean `subject`?")]
    [TestCase("a.txt", "---\nsubject: [x]\n---\nbody", "a.txt:2:10: S107: `subject` has the wrong shape. Expected a text.")]
    [TestCase("a.txt", "---\nsubject: x\n---\nbody\n {{#if}}{{/if}}", "a.txt:5:2: T106: `if` was given 0 values. Expected exactly 1.")]
    [TestCase("a.yaml", "subject: 'x {{}}'\ntext: y", "a.yaml:1:13: T108: This tag names no value. Expected a path such as {{customer.firstName}}.")]
    [TestCase("a.yaml", "html: |\n  fine\n  {{> p}}", "a.yaml:3:1: T107: A partial cannot be used in a template. Expected one template that stands alone.")]
    [TestCase("a.yaml", "subject: x", "a.yaml:1:1: T122: A template needs one body. Expected either `html` or `text`.")]
    [TestCase("a.yaml", "html: x\ntext: y", "a.yaml:1:1: T122: A template needs one body. Expected either `html` or `text`.")]
    [TestCase("a.yaml", "channels: [email]", "a.yaml:1:11: S107: `channels` has the wrong shape. Expected a mapping by channel.")]
    [TestCase("a.yaml", "text: x\ntext: y", "a.yaml:2:1: S105: The key `text` stands here for the second time.")]
    [TestCase("a.yaml", "text: &a x\nsubject: *a", "a.yaml:1:7: S103: Anchors and aliases cannot be used here. Expected the value itself.")]
    [TestCase("a.yaml", "text: x\n---\ntext: y", "a.yaml:2:1: S102: Only one document may stand in this file.")]
    public void A_fault_in_a_file_says_where_and_what(string name, string text, string expected)
    {
        var parse = TemplateLibrary.Parse([new TemplateFile(name, text)]);

        Assert.That(parse.Faults[0].ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Text_that_is_not_yaml_is_a_fault() =>
        Assert.That(TemplateLibrary.Parse([new TemplateFile("a.yaml", "text: [")]).Faults.Select(fault => fault.Code), Does.Contain("S101"));

    [TestCase(PlainYaml.DepthMax, "S107")]
    [TestCase(PlainYaml.DepthMax + 1, "S104")]
    public void Yaml_is_read_sixteen_deep(int depth, string code)
    {
        var nested = new string('[', depth) + new string(']', depth);

        Assert.That(TemplateLibrary.Parse([new TemplateFile("a.yaml", nested)]).Faults[0].Code, Is.EqualTo(code));
    }

    [TestCase(PlainYaml.ValuesMax, "S107")]
    [TestCase(PlainYaml.ValuesMax + 1, "S104")]
    public void Yaml_holds_at_most_ten_thousand_values(int values, string code)
    {
        var list = string.Concat(Enumerable.Repeat("- x\n", values - 1));

        Assert.That(TemplateLibrary.Parse([new TemplateFile("a.yaml", list)]).Faults[0].Code, Is.EqualTo(code));
    }

    [Test]
    public void The_same_template_for_the_same_channel_stands_in_one_file()
    {
        var parse = TemplateLibrary.Parse([new TemplateFile("a.txt", "one"), new TemplateFile("a.html", "two")]);

        Assert.That(parse.Faults.Select(fault => fault.ToString()), Is.EqualTo(new[]
        {
            "a.txt:1:1: T121: The template `a` for every channel stands already in a.html:1:1. Expected one text for each template and channel.",
        }));
    }

    [TestCase(TemplateLibrary.FilesMax, 0)]
    [TestCase(TemplateLibrary.FilesMax + 1, 1)]
    public void A_folder_holds_at_most_a_thousand_templates(int files, int faults) =>
        Assert.That(TemplateLibrary.Parse(Enumerable.Range(0, files).Select(i => new TemplateFile($"t{i}.txt", ""))).Faults, Has.Length.EqualTo(faults));

    [Test]
    public void Strings_in_json_are_templates_and_everything_else_is_literal()
    {
        var json = JsonDocument.Parse("""{"{{key}}": "Hi {{customer.firstName}}", "n": 1.50, "list": ["{{missing}}", true, null]}""").RootElement;

        var rendered = (RenderResult.Rendered)TemplatedJson.Parse(json, default).Json!.Render(Facts);

        Assert.That(JsonDocument.Parse(rendered.Text).RootElement.GetRawText(), Is.EqualTo("""{"{{key}}":"Hi A\u0026B","n":1.50,"list":["",true,null]}"""));
        Assert.That(rendered.MissingPaths, Is.EqualTo(new[] { "missing" }));
    }

    [Test]
    public void A_faulty_string_in_json_is_reported() =>
        Assert.That(TemplatedJson.Parse(JsonDocument.Parse("""["{{", "{{> p}}"]""").RootElement, default).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "T102", "T107" }));

    [TestCase(4, true)]
    [TestCase(5, false)]
    public void The_texts_of_one_json_are_bounded_together(int texts, bool allowed)
    {
        var facts = JsonSerializer.SerializeToElement(new { text = new string('x', Template.TextLengthMax / 4) });
        var json = JsonSerializer.SerializeToElement(Enumerable.Range(0, texts).Select(i => $"{{{{text}}}}{{{{!{i}}}}}"));

        var result = TemplatedJson.Parse(json, default).Json!.Render(facts);

        Assert.That(result, allowed ? Is.InstanceOf<RenderResult.Rendered>() : Is.EqualTo(new RenderResult.Refused("The texts would be longer than 262,144 characters together.")));
    }

    private static TemplateLibrary Parse(params TemplateFile[] files)
    {
        var parse = TemplateLibrary.Parse(files);
        Assert.That(parse.Faults, Is.Empty);
        return parse.Library;
    }

    private static string Text(Template template) => ((RenderResult.Rendered)template.Render(Facts)).Text;
}
