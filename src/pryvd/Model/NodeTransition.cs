using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>One step in a node's life, with who took it and why (M6).</summary>
/// <param name="Number">Counts the transitions of one node from 1.</param>
/// <param name="From">Null for the first.</param>
public sealed record NodeTransition(
    NodeId Node, long Number, NodeState? From, NodeState To, string Cause, Actor Actor, long TimeMs, LogIndex Index);
