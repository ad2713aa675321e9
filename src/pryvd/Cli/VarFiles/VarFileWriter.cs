using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pryv.V1;
using Pryvd.Cli.Printing;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pryvd.Cli.VarFiles;

/// <summary>Writes what <see cref="VarFileReader"/> reads back as the same values.</summary>
internal static partial class VarFileWriter
{
    public static string Write(IEnumerable<Var> vars)
    {
        var scopes = vars.GroupBy(var => var.Scope, StringComparer.Ordinal).OrderBy(scope => scope.Key, StringComparer.Ordinal).ToList();
        if (scopes.Count == 0)
        {
            return "{}\n";
        }

        var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Map(emitter, TagName.Empty, scopes, scope => scope.Key, scope => Scope(emitter, scope));
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Scope(IEmitter emitter, IEnumerable<Var> vars) => Map(
        emitter, TagName.Empty, vars.OrderBy(var => var.Key, StringComparer.Ordinal), var => var.Key,
        var => Value(emitter, JsonText.Value(var.Json), var.Secret ? new TagName(VarFile.SecretTag) : TagName.Empty));

    private static void Map<T>(IEmitter emitter, TagName tag, IEnumerable<T> items, Func<T, string> keyOf, Action<T> value)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, tag, isImplicit: tag.IsEmpty, MappingStyle.Block));
        foreach (var item in items)
        {
            Text(emitter, keyOf(item), TagName.Empty);
            value(item);
        }

        emitter.Emit(new MappingEnd());
    }

    private static void Value(IEmitter emitter, JsonNode? node, TagName tag)
    {
        switch (node)
        {
            case JsonObject map:
                Map(emitter, tag, map.ToList(), pair => pair.Key, pair => Value(emitter, pair.Value, TagName.Empty));
                break;
            case JsonArray list:
                List(emitter, list, tag);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                Text(emitter, text, tag);
                break;
            default:
                Plain(emitter, node?.ToJsonString() ?? "null", tag);
                break;
        }
    }

    private static void List(IEmitter emitter, JsonArray list, TagName tag)
    {
        emitter.Emit(new SequenceStart(AnchorName.Empty, tag, isImplicit: tag.IsEmpty, SequenceStyle.Block));
        foreach (var item in list)
        {
            Value(emitter, item, TagName.Empty);
        }

        emitter.Emit(new SequenceEnd());
    }

    private static void Text(IEmitter emitter, string text, TagName tag)
    {
        if (Simple().IsMatch(text) && YamlScalar.IsText(text))
        {
            Plain(emitter, text, tag);
            return;
        }

        emitter.Emit(new Scalar(AnchorName.Empty, tag, text, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: tag.IsEmpty));
    }

    private static void Plain(IEmitter emitter, string text, TagName tag) =>
        emitter.Emit(new Scalar(AnchorName.Empty, tag, text, ScalarStyle.Plain, isPlainImplicit: tag.IsEmpty, isQuotedImplicit: false));

    // Words that need no thought; all else goes into quotes.
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./@-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Simple();
}
