using System.Security.Cryptography;
using System.Text;
using Journey.Domain.Language.Rules;
using Journey.Domain.Language.Shapes;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Reading;

/// <summary>One document on its way from text to meaning.</summary>
internal sealed class ParsedDocument
{
    private static readonly JourneyRules JourneyRules = new();
    private static readonly FunnelRules FunnelRules = new();
    private static readonly WorkspaceRules WorkspaceRules = new();
    private static readonly TestRules TestRules = new();

    private readonly SourceText _source;
    private readonly YamlMapping? _tree;
    private Definition? _definition;
    private CompiledJourney? _compiled;

    public ParsedDocument(SourceText source)
    {
        _source = source;
        _tree = YamlReader.Read(source, Faults) as YamlMapping;
        if (_tree is null && !Faults.HasErrors)
        {
            Faults.Add(FaultTexts.WrongValue.At(source.Start, ["A document", "a text or a list"], "a mapping whose first key says what it is"));
        }

        Kind = _tree is null ? "" : new ShapeChecker(Faults).Document(_tree) ?? "";
        Name = Kind.Length == 0 ? "" : _tree!.Text(Kind) ?? "";
    }

    public string Kind { get; }

    public string Name { get; }

    public FaultList Faults { get; } = new();

    /// <summary>Gets the names it uses; absent until it was read.</summary>
    public ReadContext? Context { get; private set; }

    public SourcePlace At => _tree?.At ?? _source.Start;

    public Definition? Definition => _definition;

    /// <summary>Gets the journey as laid out, also where it has errors.</summary>
    public CompiledJourney? Compiled => _compiled;

    public SourcePlace PlaceOfName => _tree?.Scalar(Kind)?.At ?? At;

    public void Read(Workspace workspace)
    {
        if (Kind.Length == 0 || Context is not null)
        {
            return;
        }

        Context = new(Faults, Kind switch
        {
            "segment" => FactSchema.ForSegments(workspace),
            "funnel" => FactSchema.ForFunnels(workspace),
            _ => FactSchema.ForJourneys(workspace),
        });
        switch (Kind)
        {
            case "journey" or "rule":
                Journey(Kind == "rule" ? JourneyReader.Rule(_tree!, Context) : JourneyReader.Journey(_tree!, Context));
                break;
            case "segment":
                _definition = WorkspaceReader.Segment(_tree!, Context);
                break;
            case "funnel":
                var funnel = WorkspaceReader.Funnel(_tree!, Context);
                FunnelRules.Report(funnel, Faults);
                _definition = funnel;
                break;
            case "test":
                var test = TestReader.Read(_tree!, Context);
                TestRules.Report(test, Faults);
                _definition = test;
                break;
            default:
                var settings = WorkspaceReader.Workspace(_tree!);
                WorkspaceRules.Report(settings, Faults);
                _definition = settings;
                break;
        }
    }

    public Document ToDocument()
    {
        var text = Text();
        var ordered = Faults.Faults.OrderBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column).ThenBy(fault => fault.Code, StringComparer.Ordinal);
        return new(Kind, Name, _source.File, At, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Faults.HasErrors ? null : _definition, Faults.HasErrors ? null : _compiled, [.. ordered]);
    }

    private void Journey(JourneyDefinition journey)
    {
        _definition = journey;
        var count = StepTree.All(journey.Steps).Count();
        if (count > LanguageLimits.StepsMax)
        {
            Faults.Add(FaultTexts.TooManySteps.At(journey.At, [count, LanguageLimits.StepsMax]));
            return;
        }

        JourneyRules.Report(journey, Faults);
        _compiled = JourneyCompiler.Compile(journey);
        FlowRules.Report(_compiled, Faults);
    }

    private string Text()
    {
        var text = _source.Text.AsSpan();
        var lineEnd = text.IndexOf('\n');
        if (lineEnd > 0 && text[..lineEnd].TrimEnd() is "---")
        {
            text = text[(lineEnd + 1)..];
        }

        return $"{text.Trim('\n').TrimEnd()}\n";
    }
}
