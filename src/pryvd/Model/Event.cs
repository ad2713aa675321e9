namespace Pryvd.Model;

/// <summary>One record of something that changed.</summary>
/// <param name="Kind">For example var.set, node.state, token.created.</param>
/// <param name="Subject">For example var/cluster/KEY, node/NAME.</param>
/// <param name="Old">JSON text, empty when there was none; secrets are masked, long values given by size and hash.</param>
public sealed record Event(
    EventPosition Position, long TimeMs, Actor Actor, string Kind, string Subject, string Old, string New, string Cause);
