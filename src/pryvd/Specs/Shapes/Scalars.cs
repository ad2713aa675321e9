using System.Globalization;
using System.Text.Json.Nodes;
using Pryvd.Specs.Yaml;

namespace Pryvd.Specs.Shapes;

/// <summary>Any word or text; a number or flag without quotes is taken as it is written.</summary>
internal sealed record TextShape(string Meaning) : Shape
{
    public override string Expected => Meaning;

    public override bool Fits(YamlNode node) => node is YamlText { IsNothing: false };

    public override JsonObject Schema() => new() { ["type"] = new JsonArray("string", "number", "boolean") };
}

internal sealed record NumberShape(long Least, long Most) : Shape
{
    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Least} to {Most}");

    public override bool Fits(YamlNode node) => node is YamlText { IsPlain: true } text && TryRead(text.Value, out var value) && value >= Least && value <= Most;

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = Least, ["maximum"] = Most };

    public static bool TryRead(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

internal sealed record FlagShape : Shape
{
    public override string Expected => "true or false";

    public override bool Fits(YamlNode node) => node is YamlText { IsPlain: true, Value: "true" or "false" };

    public override JsonObject Schema() => new() { ["type"] = "boolean" };
}

internal sealed record WordShape(IReadOnlyList<string> Words) : Shape
{
    public override string Expected => string.Join(" or ", Words);

    public override bool Fits(YamlNode node) => node is YamlText text && Words.Contains(text.Value, StringComparer.Ordinal);

    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. Words.Select(word => (JsonNode)word)]) };
}

internal sealed record TimeShape : Shape
{
    public override string Expected => "a time with its unit, such as 500ms, 10s, 5m, 1h";

    public override bool Fits(YamlNode node) => node is YamlText text && Quantities.TryMilliseconds(text.Value, out _);

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = Quantities.TimePattern };
}

internal sealed record SizeShape : Shape
{
    public override string Expected => "a size with its unit, such as 256MiB, 2GiB";

    public override bool Fits(YamlNode node) => node is YamlText text && Quantities.TryBytes(text.Value, out _);

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = Quantities.SizePattern };
}

internal sealed record CpuShape : Shape
{
    public override string Expected => "cores (2, 0.5) or thousandths of one (500m)";

    public override bool Fits(YamlNode node) => node is YamlText text && Quantities.TryCpuMillis(text.Value, out _);

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number", ["minimum"] = 0 }, new JsonObject { ["type"] = "string", ["pattern"] = Quantities.CpuPattern }),
    };
}
