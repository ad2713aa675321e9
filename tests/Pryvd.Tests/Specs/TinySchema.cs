using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pryvd.Tests.Specs;

/// <summary>As much of JSON Schema as the published one uses; an unknown keyword fails the test.</summary>
internal static class TinySchema
{
    public static IEnumerable<string> Problems(JsonObject schema, JsonNode? value, string at = "$") =>
        schema.SelectMany(rule => Problems(rule.Key, rule.Value!, schema, value, at));

    private static IEnumerable<string> Problems(string keyword, JsonNode rule, JsonObject schema, JsonNode? value, string at) => keyword switch
    {
        "$schema" or "title" or "description" => [],
        "type" => Types(rule).Any(type => Is(type, value)) ? [] : [$"{at} is no {rule.ToJsonString()}"],
        "enum" => rule.AsArray().Any(word => JsonNode.DeepEquals(word, value)) ? [] : [$"{at} is none of {rule.ToJsonString()}"],
        "pattern" => value is JsonValue text && text.TryGetValue<string>(out var word) && !Regex.IsMatch(word, rule.GetValue<string>()) ? [$"{at} does not match"] : [],
        "minimum" => value is JsonValue low && low.GetValueKind() == JsonValueKind.Number && low.GetValue<decimal>() < rule.GetValue<decimal>() ? [$"{at} is too low"] : [],
        "maximum" => value is JsonValue high && high.GetValueKind() == JsonValueKind.Number && high.GetValue<decimal>() > rule.GetValue<decimal>() ? [$"{at} is too high"] : [],
        "items" => value is JsonArray list ? list.SelectMany((item, i) => Problems(rule.AsObject(), item, $"{at}[{i}]")) : [],
        "properties" => value is JsonObject map ? map.Where(item => rule[item.Key] is not null).SelectMany(item => Problems(rule[item.Key]!.AsObject(), item.Value, $"{at}.{item.Key}")) : [],
        "additionalProperties" => value is JsonObject map ? Additional(rule, schema, map, at) : [],
        "required" => value is JsonObject map ? rule.AsArray().Where(name => !map.ContainsKey(name!.GetValue<string>())).Select(name => $"{at} has no {name}") : [],
        "anyOf" => Matching(rule, value, at) > 0 ? [] : [$"{at} is none of the shapes"],
        "oneOf" => Matching(rule, value, at) == 1 ? [] : [$"{at} is not exactly one of the shapes"],
        "not" => Problems(rule.AsObject(), value, at).Any() ? [] : [$"{at} is what it must not be"],
        _ => throw new InvalidOperationException($"{keyword} is not known here"),
    };

    private static IEnumerable<string> Additional(JsonNode rule, JsonObject schema, JsonObject map, string at)
    {
        var known = schema["properties"]?.AsObject();
        var others = map.Where(item => known is null || !known.ContainsKey(item.Key));
        return rule is JsonValue ? others.Select(item => $"{at}.{item.Key} is unknown") : others.SelectMany(item => Problems(rule.AsObject(), item.Value, $"{at}.{item.Key}"));
    }

    private static int Matching(JsonNode rules, JsonNode? value, string at) => rules.AsArray().Count(one => !Problems(one!.AsObject(), value, at).Any());

    private static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray many ? many.Select(one => one!.GetValue<string>()) : [rule.GetValue<string>()];

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value is JsonValue text && text.GetValueKind() == JsonValueKind.String,
        "boolean" => value is JsonValue flag && flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number,
        "integer" => value is JsonValue whole && whole.GetValueKind() == JsonValueKind.Number && decimal.IsInteger(whole.GetValue<decimal>()),
        _ => throw new InvalidOperationException(type),
    };
}
