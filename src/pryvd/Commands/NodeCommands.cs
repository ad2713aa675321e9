using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>What is remembered for a node, its state, its tags, and what it says of itself.</summary>
internal static class NodeCommands
{
    public static CommandReply Apply(Draft draft, CommissionNode command)
    {
        if (!Names.IsName(command.Name))
        {
            return Reply.Invalid($"'{Clip.To(command.Name, Names.MaxName)}' is no node name; it has letters, digits and ._- (at most {Names.MaxName})");
        }

        var before = draft.State.Commissioned.GetValueOrDefault(command.Name);
        if (before is null && draft.State.Commissioned.Count >= Limits.CommissionedNames)
        {
            return Reply.Conflict($"{Limits.CommissionedNames} names are remembered, which is the most that may be");
        }

        var now = Merge(before ?? new Commissioned(command.Name, "", TagSet.Empty), command);
        if ((NodeRecords.GroupProblem(command.Group) ?? now.Tags.Problem()) is { } problem)
        {
            return Reply.Invalid(problem);
        }

        var writes = VarWrites.ForNode(command.Vars, command.Name);
        return VarWrites.Check(draft, writes) ?? Commission(draft, before, now, writes);
    }

    public static CommandReply Apply(Draft draft, ChangeNodeState command)
    {
        if (draft.FindLiving(command.Node, out var node) is { } refusal)
        {
            return refusal;
        }

        if (!Words.TryParseState(command.From, out var from) || !Words.TryParseState(command.To, out var to) || to == NodeState.Decommissioned)
        {
            return Reply.Invalid($"node {node.Name} cannot go from '{Clip.To(command.From, 32)}' to '{Clip.To(command.To, 32)}': both must be states, and decommissioned is reached by dismissing the node");
        }

        if (node.State != from)
        {
            return Reply.Conflict($"node {node.Name} is {node.State.Word()}, not {from.Word()}; nothing was changed. Look at it and decide anew");
        }

        if (!NodeLifecycle.Allows(from, to))
        {
            return Reply.Conflict($"node {node.Name} cannot go from {from.Word()} to {to.Word()}; from there it can become {string.Join(", ", NodeLifecycle.After(from).Select(next => next.Word()))}");
        }

        return Reply.Ok(draft.Change(node, node.To(to), "node.state"));
    }

    public static CommandReply Apply(Draft draft, ChangeNodeTags command)
    {
        if (draft.FindLiving(command.Node, out var node) is { } refusal)
        {
            return refusal;
        }

        if (command.Remove.FirstOrDefault(key => !node.Tags.Has(key)) is { } absent)
        {
            return node.ReportedTags.Has(absent)
                ? Reply.Conflict($"node {node.Name} says tag '{absent}' of itself; remove it from its configuration, or set another value")
                : Reply.NotFound($"node {node.Name} has no tag '{Clip.To(absent, Names.MaxName)}'");
        }

        var tags = node.Tags.Without(command.Remove).With(TagSet.From(command.Set));
        if (tags.Problem() is { } problem)
        {
            return Reply.Invalid(problem);
        }

        return tags.Equals(node.Tags) ? Reply.Ok(node) : Reply.Ok(Tag(draft, node, tags));
    }

    public static CommandReply Apply(Draft draft, ReportNode command)
    {
        if (draft.FindLiving(command.NodeId, out var node) is { } refusal)
        {
            return refusal;
        }

        var tags = TagSet.From(command.Tags);
        if ((NodeRecords.ReportProblem(command.Address, command.Datacenter, command.Version) ?? tags.Problem()) is { } problem)
        {
            return Reply.Invalid(problem);
        }

        var reported = node with
        {
            Address = command.Address,
            Datacenter = command.Datacenter,
            Version = command.Version,
            CommandVersion = command.CommandVersion,
            ReportedTags = tags,
        };
        return reported == node ? Reply.Ok(node) : Reply.Ok(draft.Change(node, reported, "node.reported"));
    }

    private static Commissioned Merge(Commissioned before, CommissionNode command) => before with
    {
        Group = command.Group.Length > 0 ? command.Group : before.Group,
        Tags = before.Tags.With(TagSet.From(command.Tags)),
    };

    private static CommandReply Commission(Draft draft, Commissioned? before, Commissioned now, IReadOnlyList<VarWrite> writes)
    {
        if (before != now)
        {
            draft.Put(now);
            draft.Emit("node.commissioned", NodeDrafts.Subject(now.Name), before is null ? "" : CommissionedRow.Show(before), CommissionedRow.Show(now));
        }

        if (draft.State.Nodes.FindLiving(now.Name) is { } node && (node.Group != now.Group || !node.Tags.Equals(now.Tags)))
        {
            draft.Change(node, node with { Group = now.Group, Tags = now.Tags }, "node.changed");
        }

        return VarWrites.Make(draft, writes);
    }

    private static Node Tag(Draft draft, Node node, TagSet tags)
    {
        // The name remembers its tags, so that a node that joins again has them (M4).
        draft.Put(new Commissioned(node.Name, node.Group, tags));
        return draft.Change(node, node with { Tags = tags }, "node.tags");
    }
}
