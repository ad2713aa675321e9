using System.Text.Json.Nodes;
using Pryvd.Model;
using Pryvd.Specs.Yaml;

namespace Pryvd.Specs.Shapes;

/// <param name="Meaning">Of the whole list, for messages.</param>
internal sealed record ListShape(Shape Item, string Meaning) : Shape
{
    public override string Expected => Meaning;

    public override bool Fits(YamlNode node) => node is YamlList;

    public override IEnumerable<ShapeFault> Check(YamlNode node) => ((YamlList)node).Items.SelectMany(item => Item.Judge("an entry", item));

    public override JsonObject Schema() => new() { ["type"] = "array", ["items"] = Item.Schema() };
}

/// <summary>Names that the user chooses, each with a value.</summary>
internal sealed record MapShape(Shape Value, string Meaning) : Shape
{
    public override string Expected => Meaning;

    public override bool Fits(YamlNode node) => node is YamlMap;

    public override IEnumerable<ShapeFault> Check(YamlNode node) => ((YamlMap)node).Entries.SelectMany(entry => Value.Judge(entry.Key.Value, entry.Value));

    public override JsonObject Schema() => new() { ["type"] = "object", ["additionalProperties"] = Value.Schema() };
}

/// <summary>One key of an object.</summary>
internal sealed record Key(string Name, Shape Shape, string Description, bool IsRequired = false);

/// <summary>Names that are known, each with its own shape.</summary>
/// <param name="OneOf">Exactly one of these must be there; empty for no such demand.</param>
/// <param name="AtMostOneOf">No two of these go together.</param>
internal sealed record ObjectShape(IReadOnlyList<Key> Keys, IReadOnlyList<string> OneOf, IReadOnlyList<string> AtMostOneOf) : Shape
{
    public ObjectShape(params Key[] keys)
        : this(keys, [], [])
    {
    }

    public override string Expected => $"names with values ({string.Join(", ", Keys.Select(key => key.Name))})";

    public override bool Fits(YamlNode node) => node is YamlMap;

    public override IEnumerable<ShapeFault> Check(YamlNode node)
    {
        var map = (YamlMap)node;
        return map.Entries.SelectMany(Check).Concat(Missing(map)).Concat(Together(map));
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(Keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)Described(key)))),
            ["additionalProperties"] = false,
        };
        if (Keys.Any(key => key.IsRequired))
        {
            schema["required"] = new JsonArray([.. Keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name)]);
        }

        if (OneOf.Count > 0)
        {
            schema["oneOf"] = new JsonArray([.. OneOf.Select(Requires)]);
        }

        if (AtMostOneOf.Count > 0)
        {
            var pairs = AtMostOneOf.SelectMany((first, at) => AtMostOneOf.Skip(at + 1).Select(second => Requires(first, second)));
            schema["not"] = new JsonObject { ["anyOf"] = new JsonArray([.. pairs]) };
        }

        return schema;
    }

    private IEnumerable<ShapeFault> Check(KeyValuePair<YamlText, YamlNode> entry)
    {
        var (key, value) = entry;
        return Keys.FirstOrDefault(known => known.Name == key.Value) is { } found
            ? found.Shape.Judge(found.Name, value)
            : [new ShapeFault(key.At, $"there is no key '{Clip.To(key.Value, 64)}' here.{Nearest.Hint(Clip.To(key.Value, 64), Keys.Select(known => known.Name))} Known are {string.Join(", ", Keys.Select(known => known.Name))}")];
    }

    private IEnumerable<ShapeFault> Missing(YamlMap map) => Keys
        .Where(key => key.IsRequired && map.Find(key.Name) is null)
        .Select(key => new ShapeFault(map.At, $"'{key.Name}' is missing: {key.Description}"));

    private IEnumerable<ShapeFault> Together(YamlMap map)
    {
        if (OneOf.Count > 0 && OneOf.Count(name => map.Find(name) is not null) != 1)
        {
            yield return new ShapeFault(map.At, $"give exactly one of {string.Join(", ", OneOf)}");
        }

        if (AtMostOneOf.Count(name => map.Find(name) is not null) > 1)
        {
            yield return new ShapeFault(map.At, $"give only one of {string.Join(", ", AtMostOneOf)}");
        }
    }

    private static JsonObject Described(Key key)
    {
        var schema = key.Shape.Schema();
        schema["description"] = key.Description;
        return schema;
    }

    private static JsonNode Requires(string name) => Requires([name]);

    private static JsonNode Requires(params string[] names) => new JsonObject { ["required"] = new JsonArray([.. names.Select(name => (JsonNode)name)]) };
}

/// <summary>A short form and a long one; which it is shows in the kind of the value.</summary>
internal sealed record EitherShape(Shape Short, Shape Long) : Shape
{
    public override string Expected => $"{Short.Expected}, or {Long.Expected}";

    public override bool Fits(YamlNode node) => Short.Fits(node) || Long.Fits(node);

    public override IEnumerable<ShapeFault> Check(YamlNode node) => (Short.Fits(node) ? Short : Long).Check(node);

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(Short.Schema(), Long.Schema()) };
}
