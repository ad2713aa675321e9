using Pryvd.Model;

namespace Pryvd.Agent.Core;

/// <summary>Whose agent it is, and what it tells the instances of it.</summary>
/// <param name="RunId">Random, new with each start of the daemon.</param>
/// <param name="Address">Host under which peers reach this node.</param>
/// <param name="Socket">Absolute path of the daemon's socket.</param>
public sealed record AgentSelf(NodeId Node, string RunId, string Name, string Datacenter, string Address, string Socket, AgentPaths Paths);
