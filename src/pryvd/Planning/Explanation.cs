using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>What one node is to an instance.</summary>
/// <param name="Taken">It has it, or the plan gives it to it.</param>
/// <param name="Score">Higher is better; 0 when it is not possible.</param>
/// <param name="Reasons">The weightiest first.</param>
public sealed record NodeVerdict(Node Node, bool Taken, bool Possible, int Score, IReadOnlyList<string> Reasons);

/// <summary>Why an instance is where it is, or is not (R4, O5).</summary>
/// <param name="Nodes">Those that are possible first, the best first.</param>
/// <param name="Next">What the plan does next for it, or what it waits for.</param>
public sealed record Explanation(InstanceId Instance, Assignment? Assignment, IReadOnlyList<NodeVerdict> Nodes, IReadOnlyList<string> Next);
