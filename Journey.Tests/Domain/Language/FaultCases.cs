using System.Text;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

/// <summary>For every fault code the smallest document that has it: a code without one is a code that nothing reports.</summary>
internal static class FaultCases
{
    /// <param name="Text">The document; <c>STEPS</c> before the first line: it is the steps of a journey.</param>
    /// <param name="With">Another code that cannot but come with it.</param>
    public sealed record Case(string Code, string Text, string? With = null)
    {
        public override string ToString() => Code;

        public ReadOnlyMemory<byte> Utf8 => Documents.Utf8(Text.StartsWith("STEPS\n", StringComparison.Ordinal) ? Documents.Journey(Text[6..]) : Text);
    }

    public static IEnumerable<Case> All { get; } =
    [
        new("J101", "journey: some\n\tenter: x"),
        new("J102", new string('#', LanguageLimits.FileBytesMax + 1)),
        new("J103", "journey: " + new string('[', LanguageLimits.DepthMax + 1)),
        new("J104", "workspace: w\neventNames: [" + string.Concat(Enumerable.Repeat("a,", LanguageLimits.ValuesMax)) + "]"),
        new("J105", Bomb()),
        new("J107", "segment: s\nwhere: true\nwhere: false"),
        new("J108", "# nothing yet"),
        new("J109", "journy: some"),
        new("J110", "segment: s\nwhere: true\nwehre: false"),
        new("J111", "segment: s"),
        new("J112", "segment: s\nwhere: [1]"),
        new("J113", "STEPS\n- id: idle"),
        new("J114", "STEPS\n- { wait: 4h, exit: done }"),
        new("J115", "segment: s\nwhere: ''"),
        new("J116", "segment: my segment\nwhere: true"),
        new("J117", "STEPS\n- wait: 4 hours"),
        new("J118", "journey: j\nholdout: 10\nenter: { on: Signed Up }\nsteps: [{ exit: x }]"),
        new("J119", "journey: j\nlimits: { quiet: { from: 9pm, to: '09:00' } }\nenter: { on: Signed Up }\nsteps: [{ exit: x }]"),
        new("J120", "STEPS\n- wait: { until: '09:00', on: [mun] }"),
        new("J121", "workspace: w\nzone: Europe/Rom"),
        new("J122", "workspace: w\ncurrency: EURO"),
        new("J123", "STEPS\n- send: { channel: E-Mail!, template: t }"),
        new("J124", Test("given: [{ at: yesterday, event: Signed Up }]\nexpect: [no-run]")),
        new("J125", "STEPS\n- { wait: 4h, resetOn: Signed Up, maxResets: many }"),
        new("J126", "funnel: f\nstages: [Signed Up, Order Completed]\nopen: maybe"),
        new("J127", "journey: j\ninFlight: pinned\nenter: { on: Signed Up }\nsteps: [{ exit: x }]"),
        new("J128", "funnel: f\nstages: [Signed Up]"),
        new("J129", "STEPS\n- call: { url: example.com/hook }"),
        new("J130", "where: true\nsegment: s"),
        new("J131", "segment: s\nwhere: true\n" + string.Concat(Enumerable.Range(0, LanguageLimits.FaultsMax + 1).Select(i => $"zzzzzzzzzzzz{i}: 1\n")), With: "J110"),
        new("J132", string.Concat(Enumerable.Range(0, LanguageLimits.DocumentsMax + 1).Select(i => $"---\nsegment: s{i}\nwhere: true\n"))),
        new("J201", "segment: s\nwhere: customer.orders = 3"),
        new("J202", "segment: s\nwhere: custmer.orders > 3"),
        new("J203", "segment: s\nwhere: cuont('Order Completed') > 3"),
        new("J204", "segment: s\nwhere: cart.totl > 3"),
        new("J205", "segment: s\nwhere: count() > 3"),
        new("J206", "segment: s\nwhere: customer.orders > 'three'"),
        new("J207", "segment: s\nwhere: customer.email != ''"),
        new("J208", $"segment: s\nwhere: {new string('(', 1_000)}true{new string(')', 1_000)}"),
        new("J209", $"segment: s\nwhere: customer.country == '{new string('x', 20_000)}'"),
        new("J210", "segment: s\nwhere: customer.orders + 1"),
        new("J211", "segment: s\nwhere: count('Order Completed', 'a year') > 3"),
        new("J212", "segment: s\nwhere: count('Order Completed', '401d') > 3"),
        new("J213", "STEPS\n- wait: { until: cart.total }"),
        new("J214", "STEPS\n- task: { team: store, title: '{{#if customer.isKnown}}hello' }"),
        new("J215", "STEPS\n- task: { team: store, title: 'Greet {{custmer.firstName}}' }"),
        new("J301", "journey: j\nenter: { on: Order Complete }\nsteps: [{ exit: x }]"),
        new("J302", "journey: j\naudience: inSegment('vips')\nenter: { on: Signed Up }\nsteps: [{ exit: x }]\n---\nsegment: vip\nwhere: true"),
        new("J303", "STEPS\n- { id: first, wait: 4h }\n- goto: frist"),
        new("J304", "STEPS\n- start: welcme"),
        new("J305", "segment: s\nwhere: true\n---\nsegment: s\nwhere: false"),
        new("J306", "STEPS\n- { id: one, wait: 4h }\n- { id: one, wait: 5h }"),
        new("J307", "workspace: one\n---\nworkspace: two"),
        new("J308", "STEPS\n- send: { channel: emial, template: t }"),
        new("J309", "journey: j\nenter: { on: Message Requested }\nsteps: [{ exit: x }]"),
        new("J401", "STEPS\n" + string.Concat(Enumerable.Range(0, LanguageLimits.StepsMax + 1).Select(_ => "- wait: 4h\n"))),
        new("J402", "STEPS\n- { id: again, set: { visits: '= customer.visits + 1' } }\n- goto: again"),
        new("J403", "STEPS\n- exit: done\n- wait: 4h"),
        new("J404", "STEPS\n- split: [{ weight: 50%, name: a }, { weight: 40%, name: b }]"),
        new("J405", "STEPS\n- split: [{ weight: 50%, name: a }, { weight: 50%, name: a }]"),
        new("J406", "STEPS\n- branch: [{ else: [{ exit: x }] }, { if: 'true', then: [{ exit: y }] }]"),
        new("J407", "rule: r\non: Signed Up\ndo: [{ wait: 4h }]"),
        new("J408", "STEPS\n- branch: [{ else: [{ exit: x }] }]"),
        new("J409", "STEPS\n- waitFor: [{ on: Signed Up }]\n  onTimeout: [{ exit: x }]"),
        new("J410", "STEPS\n- send: { channel: email, template: t, fallback: email }"),
        new("J411", "journey: j\nlimits: { quiet: { from: '09:00', to: '09:00' } }\nenter: { on: Signed Up }\nsteps: [{ exit: x }]"),
        new("J412", "journey: j\nholdout: 100%\nenter: { on: Signed Up }\nsteps: [{ exit: x }]"),
        new("J413", "journey: j\nreentry: once\nenter: { on: Signed Up, reentry: replace }\nsteps: [{ exit: x }]"),
        new("J414", "journey: j\nreentry: { mode: once, cooldown: 7d }\nenter: { on: Signed Up }\nsteps: [{ exit: x }]"),
        new("J415", "STEPS\n- { wait: { until: '09:00' }, resetOn: Signed Up }"),
        new("J416", "STEPS\n- call: { url: 'https://example.com', timeout: 1h }"),
        new("J417", "STEPS\n- wait: 4h\n- start: some"),
        new("J418", "funnel: f\nstages: [Signed Up, Signed Up]"),
        new("J501", "workspace: w\neventAliases: { a: b, b: Product Added }"),
        new("J502", "workspace: w\nstages: { A: [Signed Up], B: [Signed Up] }"),
        new("J503", Test("given: [{ after: 4h, event: Signed Up }]\nexpect: [no-run]")),
        new("J504", Test("given: [{ at: 2026-03-02T10:00Z, event: Signed Up }, { at: 2026-03-01T10:00Z, event: Signed Up }]\nexpect: [no-run]")),
        new("J505", Test("given: [{ at: 2026-03-02T10:00Z, event: Signed Up }]\nuntil: 2026-03-01T10:00Z\nexpect: [no-run]")),
        new("J506", Test("given: [{ at: 2026-03-02T10:00Z, event: Signed Up }]\nexpect: [nothing-sent, { sent: { count: 1 } }]")),
        new("J507", Test("given: [{ at: 2026-03-02T10:00Z, event: Signed Up }]\nexpect: [{ sent: { step: reminder } }]")),
        new("J508", Test("given: [{ at: 2026-03-02T10:00Z, publish: 'segment: s' }]\nexpect: [no-run]")),
        new("J509", "workspace: w\nidentity: { priority: [email, userId] }"),
        new("J510", "workspace: w\nidentity: { blocked: { email: ['*'] } }"),
    ];

    /// <summary>Not text at all, so it has no place in the table.</summary>
    public static byte[] InvalidUtf8 { get; } = [.. Encoding.UTF8.GetBytes("segment: s\nwhere: "), 0xc3, 0x28];

    /// <summary>Each level holds the one before ten times: three kilobytes that would become a billion values.</summary>
    public static string Bomb()
    {
        var text = new StringBuilder("workspace: w\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level <= 9; level++)
        {
            text.Append($"a{level}: &a{level} [").AppendJoin(", ", Enumerable.Repeat($"*a{level - 1}", 10)).Append("]\n");
        }

        return text.ToString();
    }

    private static string Test(string rest) => $"test: t\njourney: some\n{rest}\n---\n{Documents.Journey("- exit: done")}";
}
