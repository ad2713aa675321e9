namespace Pryvd.Model;

/// <summary>Where a node stands in its life (M6); which steps are valid is in <see cref="NodeLifecycle"/>.</summary>
public enum NodeState
{
    Discovered,
    Commissioning,
    Ready,
    Draining,
    Maintenance,
    Unreachable,
    Dead,
    Decommissioning,
    Decommissioned,
}
