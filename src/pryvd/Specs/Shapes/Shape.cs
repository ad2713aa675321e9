using System.Text.Json.Nodes;
using Pryvd.Specs.Yaml;

namespace Pryvd.Specs.Shapes;

/// <summary>What may stand at a place of a component file. The parser and the published JSON Schema both come from it.</summary>
internal abstract record Shape
{
    /// <summary>For messages: "a list of words", "a time such as 10s".</summary>
    public abstract string Expected { get; }

    /// <summary>Whether the value is of this kind at all; what is wrong within it is told by <see cref="Check"/>.</summary>
    public abstract bool Fits(YamlNode node);

    /// <summary>What is wrong with a value that fits.</summary>
    public virtual IEnumerable<ShapeFault> Check(YamlNode node) => [];

    public abstract JsonObject Schema();

    /// <summary>What is wrong with a value, whether it fits or not.</summary>
    public IEnumerable<ShapeFault> Judge(string name, YamlNode node) => Fits(node)
        ? Check(node)
        : [new ShapeFault(node.At, $"'{name}' is {Shown(node)} here; it must be {Expected}")];

    private static string Shown(YamlNode node) => node is YamlText { IsNothing: false } text ? $"'{Model.Clip.To(text.Value, 64)}'" : node.Kind;
}

internal sealed record ShapeFault(Place At, string Message);
