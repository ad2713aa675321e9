using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pryvd.Specs;

/// <summary>The shape of component files as JSON Schema, for editors.</summary>
public static class ComponentSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>docs/component.schema.json, with a line end at its end.</summary>
    public static string Text()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Component file of pryvd",
        };
        foreach (var (key, value) in ComponentShape.Document.Schema())
        {
            schema[key] = value?.DeepClone();
        }

        return schema.ToJsonString(Indented) + "\n";
    }
}
