using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>
/// What an operator wants of a node (M6). It holds whatever the node does meanwhile: one that is silent is that when it is heard again. What is so
/// already is no change, so that scripts may say it twice.
/// </summary>
internal static class OperateCommand
{
    public static CommandReply Apply(Draft draft, OperateNode command)
    {
        if (draft.FindLiving(command.Node, out var node) is { } refusal)
        {
            return refusal;
        }

        return command.Action switch
        {
            NodeActions.Cordon => Put(draft, node, node with { Cordoned = true }),
            NodeActions.Drain => Aim(draft, node, NodeState.Draining),
            NodeActions.Maintenance => Aim(draft, node, NodeState.Maintenance),
            NodeActions.Restore => Restore(draft, node),
            _ => Reply.Invalid($"'{Clip.To(command.Action, 32)}' is nothing that can be done with a node; it is {string.Join(", ", NodeActions.All)}"),
        };
    }

    /// <summary>The node takes new instances again, and is called silent when it is.</summary>
    private static CommandReply Restore(Draft draft, Node node)
    {
        var open = node with { Cordoned = false };
        return (node.IsSilent ? node.Before : node.State) switch
        {
            NodeState.Draining or NodeState.Maintenance => Aim(draft, open, NodeState.Ready, node),
            NodeState.Decommissioning => Refusal(node, NodeState.Ready),
            _ => Put(draft, node, open),
        };
    }

    private static CommandReply Aim(Draft draft, Node node, NodeState to, Node? before = null)
    {
        if (node.IsSilent)
        {
            return node.Before == NodeState.Decommissioning ? Refusal(node, to) : Put(draft, before ?? node, node with { Before = to });
        }

        return node.State != to && !NodeLifecycle.Allows(node.State, to) ? Refusal(node, to) : Put(draft, before ?? node, node.State == to ? node : node.To(to));
    }

    private static CommandReply Put(Draft draft, Node before, Node node) =>
        node == before ? Reply.Ok(before) : Reply.Ok(draft.Change(before, node, node.State == before.State ? "node.changed" : "node.state"));

    private static CommandReply Refusal(Node node, NodeState to)
    {
        var now = node.Before is { } before ? $"{node.State.Word()}, and was {before.Word()} before" : node.State.Word();
        return Reply.Conflict($"node {node.Name} is {now}, so it cannot become {to.Word()}; nothing was changed. 'pryvd node show {node.Name}' says how it came to that");
    }
}
