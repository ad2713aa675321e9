using System.Text.Json;
using Pryvd.Model.Components;

namespace Pryvd.Specs;

/// <summary>How a spec differs from the one that the cluster has.</summary>
/// <param name="Change">new, changed or unchanged</param>
/// <param name="Fields">In the order of their paths; of a new component those that are not the defaults.</param>
public sealed record SpecDiff(string Name, string Change, IReadOnlyList<FieldChange> Fields)
{
    public const string New = "new";

    public const string Changed = "changed";

    public const string Unchanged = "unchanged";

    /// <param name="present">The component as it is, or null when there is none.</param>
    public static SpecDiff Of(Component? present, ComponentSpec spec)
    {
        var after = Flat(SpecJson.Write(spec));
        if (present is null)
        {
            var defaults = Flat(SpecJson.Write(new ComponentSpec { Name = spec.Name, Count = 1, Command = [] }));
            return new SpecDiff(spec.Name, New, [.. Differing(defaults, after).Select(field => field with { Old = "" })]);
        }

        var fields = Differing(Flat(present.SpecJson), after).ToList();
        return new SpecDiff(spec.Name, present.SpecJson == SpecJson.Write(spec) ? Unchanged : Changed, fields);
    }

    private static IEnumerable<FieldChange> Differing(SortedDictionary<string, string> before, SortedDictionary<string, string> after) => before.Keys
        .Union(after.Keys, StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)
        .Select(path => new FieldChange(path, before.GetValueOrDefault(path, ""), after.GetValueOrDefault(path, "")))
        .Where(field => field.Old != field.New && !IsListAppearing(field));

    /// <summary>A list of named entries that comes or goes shows in its entries.</summary>
    private static bool IsListAppearing(FieldChange field) => (field.Old, field.New) is ("[]", "") or ("", "[]");

    private static SortedDictionary<string, string> Flat(string json)
    {
        using var document = JsonDocument.Parse(json);
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten("", document.RootElement, fields);
        return fields;
    }

    private static void Flatten(string path, JsonElement value, SortedDictionary<string, string> fields)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject())
            {
                Flatten(path.Length == 0 ? field.Name : $"{path}.{field.Name}", field.Value, fields);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object))
        {
            FlattenList(path, [.. value.EnumerateArray()], fields);
        }
        else
        {
            fields[path] = value.GetRawText();
        }
    }

    private static void FlattenList(string path, IReadOnlyList<JsonElement> items, SortedDictionary<string, string> fields)
    {
        var names = items.Select(NameOf).ToList();
        for (var i = 0; i < items.Count; i++)
        {
            var isUnique = names[i] is not null && names.Count(name => name == names[i]) == 1;
            Flatten(isUnique ? $"{path}.{names[i]}" : $"{path}[{i}]", items[i], fields);
        }
    }

    /// <summary>What people know an entry of a list by.</summary>
    private static string? NameOf(JsonElement item) =>
        new[] { "name", "host", "key" }.Select(key => item.TryGetProperty(key, out var name) ? name.GetString() : null).FirstOrDefault(name => name is not null);
}

/// <param name="Old">As JSON; empty when there was none.</param>
/// <param name="New">As JSON; empty when there is none any more.</param>
public sealed record FieldChange(string Path, string Old, string New);
