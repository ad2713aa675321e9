using Pryvd.Health;
using Pryvd.Model;

namespace Pryvd.Planning;

/// <summary>Why a node gets nothing at all now, whatever it is.</summary>
internal static class NodeBar
{
    /// <summary>A phrase that is the same for all nodes with the same fault, or null.</summary>
    public static string? Of(Node node, PlanInput input)
    {
        if (node.State != NodeState.Ready)
        {
            return $"it is {node.State.Word()}";
        }

        if (node.Cordoned)
        {
            return "it is cordoned";
        }

        if (node.Role == NodeRole.Witness)
        {
            return "a witness hosts nothing";
        }

        if (input.View.Find(node.Id) is not { } view)
        {
            return "it has not reported to this leader yet";
        }

        if (Judge.LivenessOf(node.Id, input.View, input.Timing, input.Now) != Liveness.Alive)
        {
            return "it has not reported for too long";
        }

        return view.Stopping ? "its daemon is being stopped" : view.Score <= 0 ? "it says of itself that it wants nothing more" : null;
    }
}
