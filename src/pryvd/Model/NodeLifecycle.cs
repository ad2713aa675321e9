using static Pryvd.Model.NodeState;

namespace Pryvd.Model;

/// <summary>
/// The table of valid steps in a node's life (M6). Every state but the last leads back to <c>commissioning</c>, because
/// a node that lost its disk comes back under its old name. What is running is taken down by way of <c>decommissioning</c>.
/// </summary>
public static class NodeLifecycle
{
    private static readonly Dictionary<NodeState, NodeState[]> Steps = new()
    {
        [Discovered] = [Commissioning, Decommissioned],
        [Commissioning] = [Ready, Unreachable, Decommissioning, Decommissioned],
        [Ready] = [Commissioning, Draining, Maintenance, Unreachable, Decommissioning],
        [Draining] = [Commissioning, Ready, Maintenance, Unreachable, Decommissioning],
        [Maintenance] = [Commissioning, Ready, Unreachable, Decommissioning],
        [Unreachable] = [Commissioning, Ready, Draining, Maintenance, Dead, Decommissioning, Decommissioned],
        [Dead] = [Commissioning, Ready, Draining, Maintenance, Decommissioning, Decommissioned],
        [Decommissioning] = [Commissioning, Ready, Unreachable, Decommissioned],
        [Decommissioned] = [],
    };

    public static bool Allows(NodeState from, NodeState to) => Array.IndexOf(Steps[from], to) >= 0;

    public static IReadOnlyList<NodeState> After(NodeState from) => Steps[from];
}
