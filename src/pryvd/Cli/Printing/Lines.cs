using Pryv.V1;

namespace Pryvd.Cli.Printing;

/// <summary>One-line forms for people that several verbs share.</summary>
internal static class Lines
{
    public static string Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        string.Join(",", tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    public static string Event(Event changed, string time) =>
        $"{time}  {changed.Position}  {changed.Kind}  {changed.Subject}  {ChangeText.Of(changed.Old, changed.New)}  by {changed.Actor}"
        + (changed.Cause == "" ? "" : $"  ({changed.Cause})");
}
