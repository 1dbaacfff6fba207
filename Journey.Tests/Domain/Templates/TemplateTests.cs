using System.Text.Json;
using Journey.Domain.Language;
using Journey.Domain.Templates;

namespace Journey.Tests.Domain.Templates;

public sealed class TemplateTests
{
    private static readonly SourcePlace Start = new("t.txt", 1, 1);

    [TestCase("Hi {{customer.firstName}}!", "Hi Ada!")]
    [TestCase("{{customer.firstName}} {{ customer.lastName }}", "Ada <b>Byron</b>")]
    [TestCase("{{cart.total}} {{cart.count}} {{cart.gift}} {{cart.rate}}", "80.50 3 true 1.5E-07")]
    [TestCase("{{#if cart.gift}}gift{{else}}plain{{/if}}", "gift")]
    [TestCase("{{#if cart.zero}}some{{else if cart.gift}}gift{{else}}none{{/if}}", "gift")]
    [TestCase("{{#unless cart.zero}}nothing{{/unless}}", "nothing")]
    [TestCase("{{#each cart.lines}}{{@index}}:{{this.name}}{{#unless @last}}, {{/unless}}{{/each}}", "0:lamp, 1:rug")]
    [TestCase("{{#each cart.lines as |line|}}{{line.name}}/{{@root.customer.firstName}};{{/each}}", "lamp/Ada;rug/Ada;")]
    [TestCase("{{#each cart.tags}}{{@key}}={{this}};{{/each}}", "a=1;b=2;")]
    [TestCase("{{#with customer}}{{firstName}}{{/with}}", "Ada")]
    [TestCase("{{lookup cart.tags 'b'}}", "2")]
    [TestCase("{{cart.lines.[1].name}} {{cart.lines.0.name}}", "rug lamp")]
    [TestCase("{{cart.lines.length}} things", "2 things")]
    [TestCase("{{cart.tags}}", """{"a":1,"b":2}""")]
    [TestCase("{{! for us }}a{{!-- {{x}} --}}b", "ab")]
    [TestCase("a {{~#if cart.gift~}} b {{~/if~}} c", "abc")]
    [TestCase(@"\{{not.a.tag}}", "{{not.a.tag}}")]
    [TestCase("{{#each cart.none}}x{{else}}empty{{/each}}", "empty")]
    [TestCase("nothing to do: { } }} $", "nothing to do: { } }} $")]
    public void A_template_renders(string source, string expected) =>
        Assert.That(Render(source), Is.EqualTo(expected));

    [TestCase("{{customer.lastName}}", "&lt;b&gt;Byron&lt;/b&gt;")]
    [TestCase("{{{customer.lastName}}}", "<b>Byron</b>")]
    [TestCase("{{cart.tags}}", "{&quot;a&quot;:1,&quot;b&quot;:2}")]
    public void An_html_template_encodes_what_it_prints(string source, string expected) =>
        Assert.That(Render(source, TemplateEncoding.Html), Is.EqualTo(expected));

    [Test]
    public void A_value_in_a_url_is_percent_encoded_and_stays_in_its_part() =>
        Assert.That(Render("https://example.com/{{customer.lastName}}?n={{cart.total}}", TemplateEncoding.Url), Is.EqualTo("https://example.com/%3Cb%3EByron%3C%2Fb%3E?n=80.50"));

    [Test]
    public void Missing_values_print_as_nothing_and_are_reported_once_by_their_path()
    {
        var result = Parse("{{customer.nick}}|{{customer.nick}}|{{a.b.c}}|{{cart.lines.7.name}}|{{#each cart.lines}}{{price}}{{/each}}|{{cart.empty}}").Render(Facts);

        Assert.That(result, Is.InstanceOf<RenderResult.Rendered>());
        var rendered = (RenderResult.Rendered)result;
        Assert.That(rendered.Text, Is.EqualTo("|||||"));
        Assert.That(rendered.MissingPaths, Is.EqualTo(new[]
        {
            "customer.nick", "a.b.c", "cart.lines.7.name", "cart.lines.0.price", "cart.lines.1.price", "cart.empty",
        }));
    }

    [Test]
    public void A_value_that_is_only_asked_about_is_not_missing()
    {
        var rendered = (RenderResult.Rendered)Parse("{{#if a.b}}x{{/if}}{{#each c}}x{{/each}}{{#unless d}}y{{/unless}}{{#with e}}x{{/with}}").Render(Facts);

        Assert.That(rendered.Text, Is.EqualTo("y"));
        Assert.That(rendered.MissingPaths, Is.Empty);
    }

    [Test]
    public void At_most_a_hundred_missing_values_are_named()
    {
        var rendered = (RenderResult.Rendered)Parse(string.Concat(Enumerable.Range(0, 150).Select(i => $"{{{{m{i}}}}}"))).Render(Facts);

        Assert.That(rendered.MissingPaths, Has.Length.EqualTo(Template.MissingPathsMax));
    }

    [TestCase("a\n  {{#if x}}b", "t.txt:2:3: T103: The block `if` is not closed. Expected {{/if}}.")]
    [TestCase("{{a", "t.txt:1:1: T102: This tag is not closed. Expected `}}` (or `}}}` where it began with `{{{`).")]
    [TestCase("x {{{a}}", "t.txt:1:3: T102: This tag is not closed. Expected `}}` (or `}}}` where it began with `{{{`).")]
    [TestCase("{{!-- a }}", "t.txt:1:1: T102: This tag is not closed. Expected `}}` (or `}}}` where it began with `{{{`).")]
    [TestCase("{{#if x}}a{{/each}}{{/if}}", "t.txt:1:11: T104: `{{/each}}` closes no open block. Expected {{/if}}.")]
    [TestCase("{{/if}}", "t.txt:1:1: T104: `{{/if}}` closes no open block.")]
    [TestCase("{{else}}", "t.txt:1:1: T104: `{{/else}}` closes no open block.")]
    [TestCase("\n\n {{upper customer.firstName}}", "t.txt:3:2: T105: There is no helper `upper`. Expected one of if, unless, each, with, lookup.")]
    [TestCase("{{eech a}}", "t.txt:1:1: T105: There is no helper `eech`. Expected one of if, unless, each, with, lookup. Did you mean `each`?")]
    [TestCase("{{if a}}", "t.txt:1:1: T105: There is no helper `if`. Expected one of if, unless, each, with, lookup. Did you mean `#if`?")]
    [TestCase("{{#if}}{{/if}}", "t.txt:1:1: T106: `if` was given 0 values. Expected exactly 1.")]
    [TestCase("{{lookup a}}", "t.txt:1:1: T106: `lookup` was given 1 value. Expected exactly 2.")]
    [TestCase("{{> footer}}", "t.txt:1:1: T107: A partial cannot be used in a template. Expected one template that stands alone.")]
    [TestCase("{{~ > footer}}", "t.txt:1:1: T107: A partial cannot be used in a template. Expected one template that stands alone.")]
    [TestCase("{{#>p}}{{/p}}", "t.txt:1:1: T107: A partial cannot be used in a template. Expected one template that stands alone.")]
    [TestCase("{{{{raw}}}}", @"t.txt:1:1: T107: A raw block cannot be used in a template. Expected \{{ for braces that are text.")]
    [TestCase("{{&a}}", "t.txt:1:1: T107: `&` cannot be used in a template. Expected three braces, {{{value}}}, to print a value as it is.")]
    [TestCase("{{}}", "t.txt:1:1: T108: This tag names no value. Expected a path such as {{customer.firstName}}.")]
    [TestCase("{{lookup a 'b}}", "t.txt:1:1: T101: The template cannot be read: a ' is missing in this tag.")]
    [TestCase("{{#if (lookup a 'b'}}{{/if}}", "t.txt:1:1: T101: The template cannot be read: its parentheses do not match.")]
    [TestCase("{{#if (upper a)}}{{/if}}", "t.txt:1:1: T105: There is no helper `upper`. Expected one of if, unless, each, with, lookup.")]
    public void A_fault_says_where_and_what(string source, string expected)
    {
        var parse = Template.Parse(source, Start, TemplateEncoding.None);

        Assert.That(parse.Template, Is.Null);
        Assert.That(parse.Faults[0].ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Every_fault_is_reported_at_once() =>
        Assert.That(
            Template.Parse("{{#if a}}\n{{upper b}}\n{{> c}}\n{{}}", Start, TemplateEncoding.None).Faults.Select(fault => $"{fault.At.Line}:{fault.Code}"),
            Is.EqualTo(new[] { "2:T105", "3:T107", "4:T108", "1:T103" }));

    [Test]
    public void A_decorator_is_refused_before_it_can_call_itself() =>
        Assert.That(
            Template.Parse("{{#*inline \"x\"}}{{> x}}{{/inline}}{{> x}}", Start, TemplateEncoding.None).Faults.Select(fault => fault.Code),
            Does.Contain("T107"));

    [TestCase(TemplateSyntaxLimits.Depth, true)]
    [TestCase(TemplateSyntaxLimits.Depth + 1, false)]
    public void Blocks_stand_at_most_twenty_deep(int depth, bool allowed)
    {
        var source = string.Concat(Enumerable.Repeat("{{#if a}}", depth)) + string.Concat(Enumerable.Repeat("{{/if}}", depth));

        Assert.That(Codes(source), allowed ? Is.Empty : Is.EqualTo(new[] { "T110" }));
    }

    [TestCase(TemplateSyntaxLimits.Depth - 1, true)]
    [TestCase(TemplateSyntaxLimits.Depth, false)]
    public void Each_else_if_counts_as_one_deeper(int elses, bool allowed)
    {
        var source = "{{#if a}}" + string.Concat(Enumerable.Repeat("{{else if b}}", elses)) + "{{/if}}";

        Assert.That(Codes(source), allowed ? Is.Empty : Is.EqualTo(new[] { "T110" }));
    }

    [TestCase(TemplateSyntaxLimits.Tags, true)]
    [TestCase(TemplateSyntaxLimits.Tags + 1, false)]
    public void A_template_has_at_most_five_thousand_tags(int tags, bool allowed) =>
        Assert.That(Codes(string.Concat(Enumerable.Repeat("{{!}}", tags))), allowed ? Is.Empty : Is.EqualTo(new[] { "T111" }));

    [TestCase(TemplateSyntaxLimits.TagLength, true)]
    [TestCase(TemplateSyntaxLimits.TagLength + 1, false)]
    public void A_tag_is_at_most_two_thousand_characters_long(int length, bool allowed) =>
        Assert.That(Codes("{{" + new string('a', length) + "}}"), allowed ? Is.Empty : Is.EqualTo(new[] { "T112" }));

    [TestCase(Template.SourceLengthMax, true)]
    [TestCase(Template.SourceLengthMax + 1, false)]
    public void A_source_is_bounded(int length, bool allowed) =>
        Assert.That(Codes(new string('x', length)), allowed ? Is.Empty : Is.EqualTo(new[] { "T109" }));

    [TestCase(Template.TextLengthMax, true)]
    [TestCase(Template.TextLengthMax + 1, false)]
    public void A_rendered_text_is_bounded(int length, bool allowed)
    {
        var facts = JsonSerializer.SerializeToElement(new { text = new string('x', length - 1) });

        var result = Parse("{{text}}y").Render(facts);

        Assert.That(result, allowed ? Is.InstanceOf<RenderResult.Rendered>() : Is.EqualTo(new RenderResult.Refused("The text would be longer than 262,144 characters.")));
    }

    [Test]
    public void Loops_within_loops_end_at_the_step_limit_though_they_print_nothing()
    {
        var facts = JsonSerializer.SerializeToElement(new { a = Enumerable.Range(0, 1_000) });

        var result = Parse("{{#each a}}{{#each @root.a}}{{#each @root.a}}{{/each}}{{/each}}{{/each}}").Render(facts);

        Assert.That(result, Is.EqualTo(new RenderResult.Refused("Rendering needs more than 100,000 steps; loops within loops are the usual reason.")));
    }

    [Test]
    public void One_template_renders_on_many_threads_at_once()
    {
        var template = Parse("{{customer.firstName}} {{#each cart.lines}}{{name}}{{/each}} {{nothing}}");

        var texts = ParallelEnumerable.Range(0, 1_000).Select(_ => ((RenderResult.Rendered)template.Render(Facts)).Text).Distinct().ToArray();

        Assert.That(texts, Is.EqualTo(new[] { "Ada lamprug " }));
    }

    private static readonly JsonElement Facts = JsonDocument.Parse("""
        {
          "customer": { "firstName": "Ada", "lastName": "<b>Byron</b>" },
          "cart": { "total": 80.50, "count": 3, "zero": 0, "gift": true, "rate": 1.5e-7, "empty": null,
                    "lines": [ { "name": "lamp" }, { "name": "rug" } ], "tags": {"a":1,"b":2} }
        }
        """).RootElement;

    private static IEnumerable<string> Codes(string source) =>
        Template.Parse(source, Start, TemplateEncoding.None).Faults.Select(fault => fault.Code);

    private static Template Parse(string source, TemplateEncoding encoding = TemplateEncoding.None)
    {
        var parse = Template.Parse(source, Start, encoding);
        Assert.That(parse.Faults, Is.Empty);
        return parse.Template!;
    }

    private static string Render(string source, TemplateEncoding encoding = TemplateEncoding.None)
    {
        var result = Parse(source, encoding).Render(Facts);
        Assert.That(result, Is.InstanceOf<RenderResult.Rendered>());
        return ((RenderResult.Rendered)result).Text;
    }

    private static class TemplateSyntaxLimits
    {
        public const int Depth = 20;
        public const int Tags = 5_000;
        public const int TagLength = 2_000;
    }
}
