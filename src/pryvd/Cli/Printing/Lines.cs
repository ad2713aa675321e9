using Pryv.V1;

namespace Pryvd.Cli.Printing;

/// <summary>One-line forms for people that several verbs share.</summary>
internal static class Lines
{
    public static string Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        string.Join(",", tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    /// <summary>The state of a node with what goes beyond it: <c>ready, cordoned</c>; <c>unreachable, then draining</c>.</summary>
    public static string State(Node node) =>
        node.State + (node.ReturnsAs is "" or "ready" ? "" : $", then {node.ReturnsAs}") + (node.Cordoned ? ", cordoned" : "");

    public static string Event(Event changed, string time) =>
        $"{time}  {changed.Position}  {changed.Kind}  {changed.Subject}  {ChangeText.Of(changed.Old, changed.New)}  by {changed.Actor}"
        + (changed.Cause == "" ? "" : $"  ({changed.Cause})");
}
