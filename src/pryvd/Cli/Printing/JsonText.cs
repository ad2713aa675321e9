using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pryvd.Cli.Printing;

/// <summary>JSON as it is printed: one document with indents, or one line for each item of a stream.</summary>
internal static class JsonText
{
    private const int MaxDepth = 128;

    private static readonly JsonSerializerOptions _document = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };
    private static readonly JsonSerializerOptions _line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    public static string Document(JsonNode node) => node.ToJsonString(_document);

    public static string Line(JsonNode node) => node.ToJsonString(_line);

    /// <summary>A value out of its JSON text; null for an empty one.</summary>
    public static JsonNode? Value(string json)
    {
        if (json == "")
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth - 16 });
        }
        catch (JsonException)
        {
            // What is no JSON is shown as it came, rather than lost.
            return JsonValue.Create(json);
        }
    }

    /// <summary>A value for people: strings bare, all else as JSON.</summary>
    public static string Bare(string json) =>
        Value(json) is JsonValue value && value.TryGetValue<string>(out var text) ? text : json;

    /// <summary>Null for what the daemon left empty, so that a script can ask for it.</summary>
    public static JsonNode? OrNull(string text) => text == "" ? null : JsonValue.Create(text);

    /// <summary>Null for what is not known (below zero on the wire).</summary>
    public static JsonNode? OrNull(long number) => number < 0 ? null : JsonValue.Create(number);

    public static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> of) => [.. items.Select(of)];

    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>> map)
    {
        var json = new JsonObject();
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json[key] = value;
        }

        return json;
    }
}
