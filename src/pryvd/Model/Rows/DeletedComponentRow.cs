using Pryvd.Model.Components;

namespace Pryvd.Model.Rows;

/// <summary>A row of table deleted_components, under the component's name.</summary>
public static class DeletedComponentRow
{
    public static byte[] Write(DeletedComponent item) => new CanonicalJson()
        .Text("name", item.Name)
        .Number("version", item.Version)
        .Number("deleted", item.Deleted.Value)
        .End();

    public static DeletedComponent Read(string key, string json) => RowReader.Read(key, json, row =>
        new DeletedComponent(row.Text("name"), row.Number("version"), row.Index("deleted")));
}
