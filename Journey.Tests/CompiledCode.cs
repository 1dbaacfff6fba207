using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace Journey.Tests;

/// <summary>What compiled code refers to, read from the assemblies themselves: what a comment promises may be wrong, this cannot.</summary>
internal static class CompiledCode
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> _opCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Every member of other assemblies that an assembly uses: <c>System.DateTime.get_UtcNow</c>.</summary>
    public static IReadOnlySet<string> ForeignMembers(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{FullName(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}")
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The types that code starting in these can come to: called, created, held or passed; those of their own assembly are followed further.</summary>
    public static IReadOnlySet<Type> ReachableFrom(params Type[] roots)
    {
        var seen = new HashSet<Type>();
        var pending = new Queue<Type>(roots);
        while (pending.TryDequeue(out var next))
        {
            foreach (var type in Parts(next))
            {
                if (seen.Add(type) && type.Assembly == roots[0].Assembly)
                {
                    foreach (var used in Uses(type))
                    {
                        pending.Enqueue(used);
                    }
                }
            }
        }

        return seen;
    }

    private static string FullName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    /// <summary>A constructed type is its definition and its arguments.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static IEnumerable<Type> Uses(Type type)
    {
        var fields = type.GetFields(Declared).Select(field => field.FieldType);
        var methods = type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)).ToArray();
        var signatures = methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType));
        var results = methods.OfType<MethodInfo>().Select(method => method.ReturnType);
        var machines = methods.Select(method => method.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType).OfType<Type>();
        return [.. fields, .. signatures, .. results, .. machines, .. methods.SelectMany(Called), .. type.GetInterfaces(), .. type.BaseType is { } parent ? new[] { parent } : []];
    }

    /// <summary>The types behind every token in a method's instructions.</summary>
    private static IEnumerable<Type> Called(MethodBase method)
    {
        var body = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < body.Length;)
        {
            var code = _opCodes[body[at] == 0xFE ? (short)((body[at++] << 8) | body[at++]) : body[at++]];
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(body, at), ofType, ofMethod);
                if ((member as Type ?? member!.DeclaringType) is { } type)
                {
                    yield return type;
                }
            }

            at += OperandBytes(code.OperandType, body, at);
        }
    }

    private static int OperandBytes(OperandType operand, byte[] body, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(body, at)),
        _ => 4,
    };
}
