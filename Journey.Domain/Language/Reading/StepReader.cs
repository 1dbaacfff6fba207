using System.Collections.Immutable;
using Journey.Domain.Events;
using Journey.Domain.Language.Formats;
using Journey.Domain.Language.Shapes;
using Journey.Domain.Language.Yaml;
using Journey.Domain.Time;

namespace Journey.Domain.Language.Reading;

/// <summary>Reads the steps of one journey and gives each its id.</summary>
/// <remarks>
/// A step without an id is called after its path and its kind, counted among the steps of that kind there: <c>send-1</c>,
/// <c>reaction.on-message-clicked.exit-1</c>. So a step added beside it changes its id only if it is of the same kind and comes before it.
/// </remarks>
internal sealed class StepReader(ReadContext context)
{
    private const int DefaultMaxResets = 100;
    private const long DefaultCallTimeoutMs = 10 * Instants.Second;

    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    public ImmutableArray<Step> Read(YamlValue? steps)
    {
        GatherIds(steps);
        return Path(steps, "");
    }

    private void GatherIds(YamlValue? value)
    {
        switch (value)
        {
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    GatherIds(item);
                }

                break;
            case YamlMapping mapping:
                if (mapping.Text("id") is { } id)
                {
                    _given.Add(id);
                }

                foreach (var entry in mapping.Entries)
                {
                    GatherIds(entry.Value);
                }

                break;
        }
    }

    private ImmutableArray<Step> Path(YamlValue? value, string path)
    {
        if (value is not YamlSequence sequence)
        {
            return [];
        }

        var steps = ImmutableArray.CreateBuilder<Step>(sequence.Items.Length);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var mapping in sequence.Items.OfType<YamlMapping>())
        {
            if (StepShapes.Kinds.FirstOrDefault(mapping.Has) is { } kind)
            {
                steps.Add(Step(mapping, kind, mapping.Text("id") ?? Derive(path, kind, counts)));
            }
        }

        return steps.ToImmutable();
    }

    private string Derive(string path, string kind, Dictionary<string, int> counts)
    {
        var prefix = path.Length == 0 ? Slug(kind) : $"{path}.{Slug(kind)}";
        string id;
        do
        {
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            id = $"{prefix}-{counts[kind]}";
        }
        while (_given.Contains(id));
        return id;
    }

    private Step Step(YamlMapping mapping, string kind, string id) => kind switch
    {
        "wait" => Wait(mapping, id),
        "waitFor" => WaitFor(mapping, id),
        "branch" => Branch(mapping, id),
        "split" => Split(mapping, id),
        "send" => Send(mapping.Mapping("send"), mapping.At, id),
        "task" => AskPerson(mapping.Mapping("task"), mapping.At, id),
        "call" => Call(mapping.Mapping("call"), mapping.At, id),
        "set" => new Step.Set(id, mapping.At, Assignments(mapping.Mapping("set"))),
        "emit" => Emit(mapping.Mapping("emit"), mapping.At, id),
        "start" => Start(mapping, id),
        "exit" => new Step.Exit(id, mapping.At, mapping.Text("exit") ?? ""),
        _ => new Step.Goto(id, mapping.Scalar("goto")?.At ?? mapping.At, mapping.Text("goto") ?? ""),
    };

    private Step.Wait Wait(YamlMapping mapping, string id)
    {
        var until = mapping.Mapping("wait");
        var moment = until?.Scalar("until");
        TimeOnly? localTime = moment is not null && LocalTimes.TryParseTimeOfDay(moment.Text, out var time) ? time : null;
        var days = until?.Scalars("on").Select(scalar => LocalTimes.TryParseWeekday(scalar.Text, out var day) ? day : (DayOfWeek?)null).OfType<DayOfWeek>().Distinct();
        if (localTime is null && moment is not null && Array.Find(["on", "zone"], until!.Has) is { } extra)
        {
            context.Faults.Add(FaultTexts.TwoAlternatives.At(until.PlaceOfKey(extra), ["until: an expression", extra, "a wait"], "a time of day such as \"09:00\""));
        }

        var resetOn = mapping.Scalar("resetOn");
        foreach (var key in new[] { "resetOn", "resetWhere", "maxResets" })
        {
            if (mapping.Has(key) && (until is not null || resetOn is null))
            {
                context.Faults.Add(FaultTexts.ResetNeedsDuration.At(mapping.PlaceOfKey(key), [key]));
            }
        }

        return new(id, mapping.At, mapping.Duration("wait"), localTime, [.. days ?? []], until?.Text("zone") ?? LocalTimes.CustomerZone,
            moment is not null && localTime is null ? context.Time(moment) : null,
            resetOn is null ? null : context.Event(resetOn), context.Condition(mapping, "resetWhere"), mapping.Count("maxResets") ?? DefaultMaxResets);
    }

    private Step.WaitFor WaitFor(YamlMapping mapping, string id)
    {
        if (mapping.Has("onTimeout") && !mapping.Has("timeout"))
        {
            context.Faults.Add(FaultTexts.TimeoutMissing.At(mapping.PlaceOfKey("onTimeout"), expected: "`timeout`"));
        }

        var paths = new Dictionary<string, int>(StringComparer.Ordinal);
        var events = mapping.Mappings("waitFor").Select(item =>
        {
            var on = context.Event(item.Scalar("on"));
            var path = $"{id}.on-{Slug(on)}";
            paths[path] = paths.GetValueOrDefault(path) + 1;
            return new Awaited(on, context.Condition(item, "where"), Path(item["then"], paths[path] == 1 ? path : $"{path}-{paths[path]}"), item.At);
        }).ToImmutableArray();
        return new(id, mapping.At, events, mapping.Duration("timeout"), Path(mapping["onTimeout"], $"{id}.timeout"));
    }

    private Step.Branch Branch(YamlMapping mapping, string id)
    {
        var paths = mapping.Mappings("branch").ToArray();
        var arms = ImmutableArray.CreateBuilder<BranchArm>(paths.Length);
        ImmutableArray<Step> otherwise = [];
        for (var i = 0; i < paths.Length; i++)
        {
            if (paths[i].Has("if"))
            {
                arms.Add(new(context.RequiredCondition(paths[i], "if"), Path(paths[i]["then"], $"{id}.if-{arms.Count + 1}")));
            }
            else if (paths[i].Has("else"))
            {
                otherwise = Path(paths[i]["else"], $"{id}.else");
                if (i < paths.Length - 1)
                {
                    context.Faults.Add(FaultTexts.ElseNotLast.At(paths[i].At));
                }
            }
        }

        if (arms.Count == 0 && paths.Length > 0)
        {
            context.Faults.Add(FaultTexts.BranchWithoutIf.At(mapping.At, expected: "`- if: …` with `then`"));
        }

        return new(id, mapping.At, arms.ToImmutable(), otherwise);
    }

    private Step.Split Split(YamlMapping mapping, string id) => new(id, mapping.At,
        [.. mapping.Mappings("split").Select(arm => new SplitArm(arm.Text("name") ?? "", arm.Share("weight") ?? 0, Path(arm["then"], $"{id}.{arm.Text("name")}")))]);

    private Step.Send Send(YamlMapping? send, SourcePlace at, string id)
    {
        context.Templates(send?["data"]);
        ImmutableArray<ContactChannel> channels = send?.Channel("channel") is { } wanted
            ? [wanted, .. send.Scalars("fallback").Select(scalar => ContactChannel.From(scalar.Text))]
            : [];
        return new(id, at, channels, send?.Text("template") ?? "", send?.Json("data") ?? "{}", send?.Text("purpose"));
    }

    private Step.AskPerson AskPerson(YamlMapping? task, SourcePlace at, string id)
    {
        context.Templates(task?["title"]);
        context.Templates(task?["description"]);
        return new(id, at, task?.Text("team") ?? "", task?.Text("title") ?? "", task?.Text("description"), task?.Duration("due"));
    }

    private Step.Call Call(YamlMapping? call, SourcePlace at, string id)
    {
        context.Templates(call?["url"]);
        context.Templates(call?["body"]);
        return new(id, at, call?.Text("url") ?? "", call?.Text("method") ?? "POST", call?.Json("body"),
            call?.Duration("timeout") ?? DefaultCallTimeoutMs, Path(call?["onFailure"], $"{id}.failure"));
    }

    private Step.Emit Emit(YamlMapping? emit, SourcePlace at, string id)
    {
        var name = emit?.Text("event") ?? "";
        context.Emitted.Add(name);
        return new(id, at, name, Assignments(emit?.Mapping("properties")));
    }

    private Step.Start Start(YamlMapping mapping, string id)
    {
        var journey = mapping.Scalar("start");
        if (journey is not null)
        {
            context.Journeys.Add(new(journey.Text, journey.At));
        }

        return new(id, mapping.At, journey?.Text ?? "");
    }

    /// <summary>A text that starts with = is an expression; one that starts with == is that text with one = less.</summary>
    private ImmutableArray<Assignment> Assignments(YamlMapping? mapping) =>
        [.. (mapping?.Entries ?? []).Select(entry => entry.Value is YamlScalar { Text: ['=', ..] } scalar
            ? scalar.Text.StartsWith("==", StringComparison.Ordinal)
                ? new Assignment(entry.Key, JsonText.OfText(scalar.Text[1..]), null)
                : new Assignment(entry.Key, null, context.Value(scalar, skip: 1))
            : new Assignment(entry.Key, JsonText.Of(entry.Value), null))];

    /// <summary>"Message Clicked" is message-clicked, "waitFor" is wait-for.</summary>
    private static string Slug(string text)
    {
        var slug = new System.Text.StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]))
            {
                slug.Append(slug.Length > 0 && slug[^1] != '-' ? "-" : "");
            }
            else
            {
                slug.Append(i > 0 && char.IsAsciiLetterUpper(text[i]) && char.IsAsciiLetterLower(text[i - 1]) ? "-" : "").Append(char.ToLowerInvariant(text[i]));
            }
        }

        return slug.ToString().TrimEnd('-');
    }
}
