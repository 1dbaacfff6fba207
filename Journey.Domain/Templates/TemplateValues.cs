using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using HandlebarsDotNet;
using HandlebarsDotNet.IO;
using HandlebarsDotNet.MemberAccessors;
using HandlebarsDotNet.ObjectDescriptors;
using HandlebarsDotNet.PathStructure;

namespace Journey.Domain.Templates;

/// <summary>What one rendering may still use up, and what it found missing.</summary>
internal sealed class RenderBudget
{
    private readonly List<string> _missing = [];
    private int _steps = Template.StepsMax;

    public IReadOnlyList<string> Missing => _missing;

    /// <exception cref="TemplateLimitException">There is no step left.</exception>
    public void Step()
    {
        if (--_steps < 0)
        {
            throw new TemplateLimitException($"Rendering needs more than {Template.StepsMax:N0} steps; loops within loops are the usual reason.");
        }
    }

    public void Report(string path)
    {
        if (_missing.Count < Template.MissingPathsMax && !_missing.Contains(path))
        {
            _missing.Add(path);
        }
    }
}

/// <summary>Leaves the renderer, which has no other way out, when a bound is reached. Never leaves <see cref="Template"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Thrown and caught within this folder.")]
[SuppressMessage("Design", "CA1064", Justification = "Thrown and caught within this folder.")]
internal sealed class TemplateLimitException(string message) : Exception(message);

/// <summary>JSON as a template sees it. Every value knows its path, so that a missing one can be named.</summary>
internal static class TemplateValue
{
    public static object From(JsonElement element, string path, RenderBudget budget) => element.ValueKind switch
    {
        JsonValueKind.Object => new TemplateObject(element, path, budget),
        JsonValueKind.Array => new TemplateList(element, path, budget),
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(element),
        _ => new MissingValue(path, budget),
    };

    // A price of 80.50 stays "80.50": decimal keeps the digits as they were written.
    private static object Number(JsonElement element) =>
        element.TryGetInt64(out var whole) ? whole
        : element.TryGetDecimal(out var money) && !element.GetRawText().Contains('e', StringComparison.OrdinalIgnoreCase) ? money
        : element.GetDouble();
}

internal sealed class TemplateObject(JsonElement element, string path, RenderBudget budget) : IReadOnlyDictionary<string, object?>
{
    public JsonElement Element => element;

    public int Count => element.EnumerateObject().Count();

    public IEnumerable<string> Keys => element.EnumerateObject().Select(property => property.Name);

    public IEnumerable<object?> Values => this.Select(pair => pair.Value);

    public object? this[string key] => Get(key);

    public bool ContainsKey(string key) => true;

    public bool TryGetValue(string key, out object? value)
    {
        value = Get(key);
        return true;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        foreach (var property in element.EnumerateObject())
        {
            budget.Step();
            yield return new(property.Name, TemplateValue.From(property.Value, At(property.Name), budget));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private object Get(string key)
    {
        budget.Step();
        return element.TryGetProperty(key, out var value)
            ? TemplateValue.From(value, At(key), budget)
            : new MissingValue(At(key), budget);
    }

    private string At(string key) => path.Length == 0 ? key : $"{path}.{key}";
}

internal sealed class TemplateList(JsonElement element, string path, RenderBudget budget) : IReadOnlyList<object>
{
    public JsonElement Element => element;

    public int Count => element.GetArrayLength();

    public object this[int index] => At(index.ToString(CultureInfo.InvariantCulture));

    public object At(string member)
    {
        budget.Step();
        return int.TryParse(member, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Count
            ? TemplateValue.From(element[index], $"{path}.{member}", budget)
            : member == "length" ? (long)Count
            : new MissingValue($"{path}.{member}", budget);
    }

    public IEnumerator<object> GetEnumerator()
    {
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            budget.Step();
            yield return TemplateValue.From(item, $"{path}.{index++}", budget);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Lists as the renderer knows them, except that an index past the end answers a missing value that knows its path.</summary>
internal sealed class TemplateListDescriptor : IObjectDescriptorProvider, IMemberAccessor
{
    public bool TryGetDescriptor(Type type, out ObjectDescriptor value)
    {
        value = ObjectDescriptor.Empty;
        if (type != typeof(TemplateList) || !ObjectDescriptor.TryCreate(typeof(IReadOnlyList<object>), out var lists))
        {
            return false;
        }

        value = new ObjectDescriptor(type, this, lists.GetProperties, _ => lists.Iterator!);
        return true;
    }

    public bool TryGetValue(object instance, ChainSegment memberName, out object value)
    {
        value = ((TemplateList)instance).At(memberName.TrimmedValue);
        return true;
    }
}

/// <summary>Nothing, at a path: false to <c>#if</c>, empty to <c>#each</c>, and reported when it is to be printed.</summary>
internal sealed class MissingValue(string path, RenderBudget budget) : IReadOnlyDictionary<string, object?>
{
    public int Count => 0;

    public IEnumerable<string> Keys => [];

    public IEnumerable<object?> Values => [];

    public object? this[string key] => At(key);

    public void Report() => budget.Report(path);

    public bool ContainsKey(string key) => true;

    public bool TryGetValue(string key, out object? value)
    {
        value = At(key);
        return true;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield break;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private MissingValue At(string key)
    {
        budget.Step();
        return new($"{path}.{key}", budget);
    }
}

/// <summary>Prints values as JSON would: <c>true</c> and not <c>True</c>, objects and lists as their JSON, missing ones as nothing.</summary>
internal sealed class TemplateFormatter : IFormatter, IFormatterProvider
{
    public bool TryCreateFormatter(Type type, [NotNullWhen(true)] out IFormatter? formatter)
    {
        formatter = type == typeof(bool) || type == typeof(double) || type == typeof(MissingValue) || type == typeof(TemplateObject) || type == typeof(TemplateList)
            ? this
            : null;
        return formatter is not null;
    }

    public void Format<T>(T value, in EncodedTextWriter writer)
    {
        switch (value)
        {
            case bool flag:
                writer.Write(flag ? "true" : "false");
                break;
            case double real:
                writer.Write(real.ToString("R", CultureInfo.InvariantCulture));
                break;
            case TemplateObject map:
                writer.Write(map.Element.GetRawText());
                break;
            case TemplateList list:
                writer.Write(list.Element.GetRawText());
                break;
            case MissingValue missing:
                missing.Report();
                break;
        }
    }
}
