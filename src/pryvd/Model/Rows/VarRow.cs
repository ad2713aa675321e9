using System.Globalization;

namespace Pryvd.Model.Rows;

/// <summary>A row of table vars, under <c>SCOPE:KEY</c>, and the same bytes in var_history, under <c>SCOPE:KEY:VERSION</c>.</summary>
public static class VarRow
{
    public static string Key(VarName name) => name.ToString();

    public static string HistoryKey(VarName name, long version) => string.Create(CultureInfo.InvariantCulture, $"{name}:{version:D19}");

    public static RowContent Of(ExtraVar item) => RowContent.Of(item, Fill);

    private static void Fill(ExtraVar item, CanonicalJson row) => row
        .Text("scope", item.Name.Scope.ToString())
        .Text("key", item.Name.Key)
        .Json("json", item.Value)
        .Bytes("sealed", item.Sealed)
        .Flag("deleted", item.Deleted)
        .Number("version", item.Version)
        .Number("oldest_version", item.OldestVersion)
        .Number("index", item.Index.Value)
        .Number("time_ms", item.TimeMs)
        .Actor("actor", item.Actor);

    public static ExtraVar Read(string key, string json) => RowReader.Read(key, json, row => new ExtraVar
    {
        Name = new VarName(ReadScope(row.Text("scope")), row.Text("key")),
        Value = Utf8Text.From(row.Json("json")),
        Sealed = row.Bytes("sealed"),
        Deleted = row.Flag("deleted"),
        Version = row.Number("version"),
        OldestVersion = row.Number("oldest_version"),
        Index = row.Index("index"),
        TimeMs = row.Number("time_ms"),
        Actor = row.Actor("actor"),
    });

    private static VarScope ReadScope(string text) =>
        VarScope.TryParse(text, out var scope) ? scope : throw new FormatException($"'{text}' is no scope");
}
