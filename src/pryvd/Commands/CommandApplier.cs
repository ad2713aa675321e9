using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;
using Actor = Pryvd.Model.Actor;
using Case = Pryv.Internal.V1.CommandEnvelope.CommandOneofCase;

namespace Pryvd.Commands;

/// <summary>Applies one command to the records: the same command on the same records gives the same outcome, everywhere.</summary>
/// <param name="keptRequests">For how many entries replies are kept; the same on all nodes, other than the default in tests only.</param>
public sealed class CommandApplier(long keptRequests = Limits.KeptRequests)
{
    private Actor _actor = new("", -1, 0);

    /// <summary>Applies a command that has passed <see cref="EntryCommand.Gate"/>.</summary>
    public Outcome Apply(ClusterState before, IRecords records, EntryCommand command)
    {
        if (command.Envelope is not { } envelope)
        {
            return Unchanged(before, command.Index, Reply.Invalid(
                $"the entry at index {command.Index} is no command, or is longer than {Limits.CommandBytes} bytes; nothing was changed. Propose a valid one."));
        }

        if (envelope.TimeMs is < 0 or > Limits.MaxTimeMs)
        {
            return Unchanged(before, command.Index, Reply.Invalid(
                $"the command's time {envelope.TimeMs} is not in milliseconds since 1970; nothing was changed. Set the clock of the leader's machine."));
        }

        // Time is the leader's, and never goes back, whoever leads (invariant 4).
        var state = before with { TimeMs = Math.Max(before.TimeMs, envelope.TimeMs) };
        var id = new RequestId(envelope.RequestId, new LogIndex(envelope.RequestIndex));
        if (!id.IsNone && Earlier(id, records, command.Index) is { } earlier)
        {
            return Unchanged(state, command.Index, earlier);
        }

        return Decide(state, records, command.Index, envelope, id);
    }

    private Outcome Decide(ClusterState state, IRecords records, LogIndex index, CommandEnvelope envelope, RequestId id)
    {
        var actor = _actor = ActorOf(envelope, _actor);
        var draft = new Draft(state, index, actor, envelope.Cause);
        var reply = Problem(state, envelope) is { } problem ? Reply.Invalid(problem) : Dispatch(draft, envelope);
        if (reply.Code != ReplyCodes.Ok)
        {
            draft = new Draft(state, index, actor, envelope.Cause);
        }

        reply.Index = index.Value;
        Pruning.Apply(draft, records);
        Remember(draft, records, index, id, reply);
        return new Outcome(reply, draft.State, draft.Changes);
    }

    /// <summary>The answer to a request that must not be applied: a repeated, a malformed or a too old one (invariant 5).</summary>
    private CommandReply? Earlier(RequestId id, IRecords records, LogIndex index)
    {
        if (!id.IsValid)
        {
            return Reply.Invalid($"a request id is {RequestId.Length} hexadecimal digits with the applied index at its making; ask the daemon for one, or send none");
        }

        if (index - id.MadeAt > keptRequests || id.MadeAt > index)
        {
            return Reply.OutcomeUnknown(
                $"the request was made at index {id.MadeAt}, now is {index}, and replies are kept for {keptRequests} entries, so whether it was applied before is not known. Look at the state, then ask again with a new request id.");
        }

        return records.FindReply(id);
    }

    /// <summary>A reply may go once its id is older than what <see cref="Earlier"/> still looks up.</summary>
    private void Remember(Draft draft, IRecords records, LogIndex index, RequestId id, CommandReply reply)
    {
        foreach (var old in records.OldestRequests().Take(Limits.PrunedRequests).TakeWhile(old => index - old.MadeAt > keptRequests))
        {
            draft.Forget(old);
        }

        if (!id.IsNone)
        {
            draft.Remember(id, reply);
        }
    }

    private static string? Problem(ClusterState state, CommandEnvelope envelope)
    {
        if (envelope.Version == 0)
        {
            return "the command says no version of the command set; set CommandEnvelope.version";
        }

        return state.Cluster is null && envelope.CommandCase != Case.BootstrapCluster
            ? "there is no cluster yet; make one with pryvd init, or join one with pryvd join"
            : null;
    }

    private static CommandReply Dispatch(Draft draft, CommandEnvelope envelope) => envelope.CommandCase switch
    {
        Case.BootstrapCluster => ClusterCommands.Apply(draft, envelope.BootstrapCluster),
        Case.RaiseClusterVersion => ClusterCommands.Apply(draft, envelope.RaiseClusterVersion),
        Case.BeginEpoch => ClusterCommands.Apply(draft, envelope.BeginEpoch),
        Case.SettleDeadTimeout => ClusterCommands.Apply(draft, envelope.SettleDeadTimeout),
        Case.SetVars => VarCommands.Apply(draft, envelope.SetVars),
        Case.DeleteVars => VarCommands.Apply(draft, envelope.DeleteVars),
        Case.CreateToken => TokenCommands.Apply(draft, envelope.CreateToken),
        Case.RevokeToken => TokenCommands.Apply(draft, envelope.RevokeToken),
        Case.AdmitNode => AdmitCommand.Apply(draft, envelope.AdmitNode),
        Case.RejoinNode => MemberCommands.Apply(draft, envelope.RejoinNode),
        Case.RenewCertificate => MemberCommands.Apply(draft, envelope.RenewCertificate),
        Case.DismissNode => MemberCommands.Apply(draft, envelope.DismissNode),
        Case.CommissionNode => NodeCommands.Apply(draft, envelope.CommissionNode),
        Case.ChangeNodeState => NodeCommands.Apply(draft, envelope.ChangeNodeState),
        Case.ChangeNodeTags => NodeCommands.Apply(draft, envelope.ChangeNodeTags),
        Case.OperateNode => OperateCommand.Apply(draft, envelope.OperateNode),
        Case.ReportNode => NodeCommands.Apply(draft, envelope.ReportNode),
        Case.PutComponent => ComponentCommands.Apply(draft, envelope.PutComponent),
        Case.ChangeComponent => ComponentCommands.Apply(draft, envelope.ChangeComponent),
        Case.DeleteComponent => ComponentCommands.Apply(draft, envelope.DeleteComponent),
        Case.Decide => DecideCommand.Apply(draft, envelope.Decide),
        Case.RecordStatuses => StatusCommands.Apply(draft, envelope.RecordStatuses),
        Case.SetGrace => StatusCommands.Apply(draft, envelope.SetGrace),
        _ => Reply.Invalid("the entry holds no command that this version knows; nothing was changed"),
    };

    /// <summary>Every variable holds who set it, and mostly that is who asked last: then they hold the same one.</summary>
    private static Actor ActorOf(CommandEnvelope envelope, Actor last)
    {
        var node = Clip.To(envelope.Actor?.Node ?? "", Names.MaxName);
        var actor = new Actor(node == last.Node ? last.Node : node, envelope.Actor?.Uid ?? -1, envelope.Actor?.Pid ?? 0);
        return actor == last ? last : actor;
    }

    private static Outcome Unchanged(ClusterState state, LogIndex index, CommandReply reply)
    {
        if (reply.Index == 0)
        {
            reply.Index = index.Value;
        }

        return new Outcome(reply, state, []);
    }
}
