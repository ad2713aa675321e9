using System.Globalization;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>What nodes say of their instances, and of a planned stop of their own.</summary>
internal static class StatusCommands
{
    /// <summary>A node speaks for what it holds now: a status of another generation, or of an instance of another node, is refused by its position.</summary>
    public static CommandReply Apply(Draft draft, RecordStatuses command)
    {
        var count = command.Nodes.Sum(node => (long)node.Statuses.Count);
        if (count is 0 or > Limits.StatusesInCommand)
        {
            return Reply.Invalid($"a command records from 1 to {Limits.StatusesInCommand} statuses, not {count}");
        }

        var reply = Reply.Ok();
        var position = 0;
        foreach (var (node, record) in command.Nodes.SelectMany(said => said.Statuses.Select(record => (new NodeId(said.NodeId), record))))
        {
            if (Record(draft, node, record) is { } refusal)
            {
                reply.Refused.Add(position, refusal);
            }

            position++;
        }

        return reply;
    }

    public static CommandReply Apply(Draft draft, SetGrace command)
    {
        if (draft.FindLiving(command.NodeId, out var node) is { } refusal)
        {
            return refusal;
        }

        if (command.GraceMs is < 0 or > Limits.MaxGraceMs)
        {
            return Reply.Invalid($"a grace of {command.GraceMs} ms is not possible; it is from 0 to {Limits.MaxGraceMs} ms");
        }

        var before = draft.State.Running.Graces.GetValueOrDefault(node.Id);
        if (before == command.GraceMs)
        {
            return Reply.Ok();
        }

        if (command.GraceMs == 0)
        {
            draft.RemoveGrace(node.Id);
        }
        else
        {
            draft.PutGrace(node.Id, command.GraceMs);
        }

        draft.Emit("node.grace", NodeDrafts.Subject(node.Name), Text(before), Text(command.GraceMs));
        return Reply.Ok();
    }

    private static string? Record(Draft draft, NodeId node, StatusRecord record)
    {
        var instance = new InstanceId(record.Component, record.Ordinal);
        if (draft.State.Running.Assignments.Find(instance) is not { } assignment || assignment.Node != node || assignment.Generation != record.Generation)
        {
            return $"{Clip.To(record.Component, Names.MaxName)}/{record.Ordinal} is not held by that node in generation {record.Generation}";
        }

        if (!ComponentWords.TryParse<InstanceState>(record.State, out var state))
        {
            return $"'{Clip.To(record.State, 32)}' is no state of an instance; it is {string.Join(", ", ComponentWords.All<InstanceState>())}";
        }

        if (record.HomeMade && !assignment.HomeMade)
        {
            draft.Change(assignment, assignment with { HomeMade = true }, "instance.home_made");
        }

        Put(draft, assignment, record, state);
        return null;
    }

    private static void Put(Draft draft, Assignment assignment, StatusRecord record, InstanceState state)
    {
        var old = draft.State.Running.StatusOf(assignment);
        var status = new InstanceStatus(
            assignment.Instance,
            assignment.Node,
            assignment.Generation,
            record.SpecVersion,
            record.Restart,
            state,
            Clip.To(record.Detail, Limits.ReasonCharacters),
            old?.State == state ? old.SinceMs : draft.TimeMs,
            draft.Index);
        if (old is not null && status with { Changed = old.Changed } == old)
        {
            return;
        }

        draft.Put(status);
        draft.Emit("instance.status", InstanceDrafts.Subject(status.Instance), old is null ? "" : InstanceStatusRow.Show(old), InstanceStatusRow.Show(status));
    }

    private static string Text(long value) => value == 0 ? "" : value.ToString(CultureInfo.InvariantCulture);
}
