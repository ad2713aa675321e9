namespace Pryvd.Model;

/// <summary>One record of something that changed.</summary>
/// <param name="Kind">For example var.set, node.state, token.created.</param>
/// <param name="Subject">For example var/cluster/KEY, node/NAME.</param>
/// <param name="OldValue">JSON text, empty when there was none; secrets are masked, long values given by size and hash.</param>
public sealed record Event(
    EventPosition Position, long TimeMs, Actor Actor, string Kind, string Subject, Utf8Text OldValue, Utf8Text NewValue, string Cause)
{
    public string Old => OldValue.ToString();

    public string New => NewValue.ToString();
}
