namespace Pryvd.Specs.Yaml;

/// <summary>A place in a file; line and column count from 1.</summary>
public readonly record struct Place(int Line, int Column);

/// <summary>What a YAML document says, with the place of everything.</summary>
internal abstract record YamlNode(Place At)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <param name="IsPlain">It stands without quotes, so it may be a number or a flag.</param>
internal sealed record YamlText(Place At, string Value, bool IsPlain) : YamlNode(At)
{
    public bool IsNothing => IsPlain && Value is "" or "~" or "null";

    public override string Kind => IsNothing ? "nothing" : "one value";
}

internal sealed record YamlList(Place At, IReadOnlyList<YamlNode> Items) : YamlNode(At)
{
    public override string Kind => "a list";
}

/// <param name="Entries">In the order of the file; keys may not be there twice.</param>
internal sealed record YamlMap(Place At, IReadOnlyList<KeyValuePair<YamlText, YamlNode>> Entries) : YamlNode(At)
{
    public override string Kind => "names with values";

    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Value == key).Value;
}
