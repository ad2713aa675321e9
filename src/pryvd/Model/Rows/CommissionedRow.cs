namespace Pryvd.Model.Rows;

/// <summary>A row of table commissioned, under the node's name.</summary>
public static class CommissionedRow
{
    public static byte[] Write(Commissioned commissioned) => Build(commissioned).End();

    /// <summary>What an event shows of it.</summary>
    public static string Show(Commissioned commissioned) => Build(commissioned).EndText();

    public static Commissioned Read(string key, string json) => RowReader.Read(
        key, json, row => new Commissioned(row.Text("name"), row.Text("group"), row.Tags("tags")));

    private static CanonicalJson Build(Commissioned commissioned) => new CanonicalJson()
        .Text("name", commissioned.Name)
        .Text("group", commissioned.Group)
        .Tags("tags", commissioned.Tags);
}
