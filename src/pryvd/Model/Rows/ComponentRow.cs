using Pryvd.Model.Components;

namespace Pryvd.Model.Rows;

/// <summary>A row of table components, under the component's name.</summary>
public static class ComponentRow
{
    public static byte[] Write(Component component) => Fields(component).Number("changed", component.Changed.Value).End();

    /// <summary>What an event shows of a component.</summary>
    public static string Show(Component component) => Fields(component).EndText();

    public static Component Read(string key, string json) => RowReader.Read(key, json, row => new Component
    {
        Spec = SpecJson.Read(row.Json("spec")),
        SpecJson = row.Json("spec"),
        Version = row.Number("version"),
        RunVersion = row.Number("run_version"),
        Stopped = row.Flag("stopped"),
        Deleting = row.Flag("deleting"),
        Changed = row.Index("changed"),
    });

    private static CanonicalJson Fields(Component component) => new CanonicalJson()
        .Number("version", component.Version)
        .Number("run_version", component.RunVersion)
        .Flag("stopped", component.Stopped)
        .Flag("deleting", component.Deleting)
        .Json("spec", component.SpecJson);
}
