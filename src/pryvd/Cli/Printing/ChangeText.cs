using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pryvd.Cli.Printing;

/// <summary>A change for people: of two objects only the fields that differ, of a new one only what identifies it at a glance.</summary>
internal static class ChangeText
{
    private const int MostCharacters = 80;

    public static string Of(string old, string now) => (Parse(old), Parse(now)) switch
    {
        (null, null) => "",
        (null, JsonObject added) => Short($"+ {Fields(added, added.Select(field => field.Key))}"),
        (JsonObject, null) => "removed",
        (JsonObject before, JsonObject after) => Short(Differences(before, after)),
        (null, { } added) => Short(added.ToJsonString()),
        ({ }, null) => "removed",
        ({ } before, { } after) => Short($"{before.ToJsonString()} -> {after.ToJsonString()}"),
    };

    private static JsonNode? Parse(string json)
    {
        try
        {
            return json.Length == 0 ? null : JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return JsonValue.Create(json);
        }
    }

    private static string Differences(JsonObject before, JsonObject after)
    {
        var changed = after.Select(field => field.Key).Union(before.Select(field => field.Key)).Where(key => Text(before[key]) != Text(after[key]));
        return string.Join(", ", changed.Select(key => $"{key} {Text(before[key])} -> {Text(after[key])}"));
    }

    private static string Fields(JsonObject value, IEnumerable<string> keys) =>
        string.Join(", ", keys.Where(key => Text(value[key]).Length > 0).Select(key => $"{key} {Text(value[key])}"));

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue<string>(out var text) => text,
        JsonObject { Count: 0 } => "",
        _ => value.ToJsonString(),
    };

    private static string Short(string text) => text.Length <= MostCharacters ? text : text[..(MostCharacters - 1)] + "…";
}
