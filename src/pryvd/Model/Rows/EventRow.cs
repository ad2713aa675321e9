namespace Pryvd.Model.Rows;

/// <summary>A row of table events, under the position in its sortable form.</summary>
public static class EventRow
{
    public static RowContent Of(Event item) => RowContent.Of(item, Fill);

    private static void Fill(Event item, CanonicalJson row) => row
        .Text("position", item.Position.ToString())
        .Number("time_ms", item.TimeMs)
        .Actor("actor", item.Actor)
        .Text("kind", item.Kind)
        .Text("subject", item.Subject)
        .Json("old", item.OldValue)
        .Json("new", item.NewValue)
        .Text("cause", item.Cause);

    public static Event Read(string key, string json) => RowReader.Read(key, json, row => new Event(
        EventPosition.TryParse(row.Text("position"), out var position) ? position : throw new FormatException("no position"),
        row.Number("time_ms"),
        row.Actor("actor"),
        row.Text("kind"),
        row.Text("subject"),
        Utf8Text.From(row.Json("old")),
        Utf8Text.From(row.Json("new")),
        row.Text("cause")));
}
