using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Replication;

/// <summary>Changes of the members, by operators and by autopilot, and leadership handed over.</summary>
public sealed partial class Replica
{
    private void RunAutopilot()
    {
        if (_change is not null || !Core.HasCommittedInTerm || Core.IsTransferring)
        {
            return;
        }

        var decision = Autopilot.Decide(Core.Configuration, Core.Self, _watch.View, _policy);
        if (decision is not null && Core.ProposeChange(decision.Changes, out _, out _) == ProposalRefusal.None)
        {
            LastDecision = decision.Reason;
        }
    }

    private void OnChangeAsked(long token, IReadOnlyCollection<MemberChange> changes)
    {
        var refusal = _change is null
            ? Core.ProposeChange(changes, out _, out var reason)
            : Refused("another membership change is under way; try again in a moment", out reason);
        if (refusal == ProposalRefusal.None)
        {
            _change = (token, Core.Term);
        }
        else
        {
            Refuse(token, refusal, reason);
        }
    }

    private static ProposalRefusal Refused(string why, out string? reason)
    {
        reason = why;
        return ProposalRefusal.InvalidChange;
    }

    private void OnRemovalAsked(ReplicaEvent.RemovalAsked asked)
    {
        _watch.Look(Core.ReadProgress(), Core.Commit, 0, _policy, Core.ElectionTicks);
        var decision = Autopilot.Remove(Core.Configuration, asked.Member, Core.Self, _watch.View, _policy);
        OnChangeAsked(asked.Token, decision.Changes);
        LastDecision = _change?.Token == asked.Token ? decision.Reason : LastDecision;
    }

    private void OnTransferAsked(ReplicaEvent.TransferAsked asked)
    {
        var begun = Core.Transfer(asked.Target);
        _effects.Add(new ReplicaEffect.ProposalDone(
            asked.Token,
            begun ? ProposalStatus.Applied : Core.Role == RaftRole.Leader ? ProposalStatus.Invalid : ProposalStatus.NotLeader,
            Core.Commit,
            null,
            begun ? null : "there is no other voter that could lead, or this node does not lead"));
    }

    /// <summary>A change is done when the plain configuration that it leads to is committed; a leader that removed itself has stepped down by then.</summary>
    private void FinishChange()
    {
        if (_change is { } change && change.Term == Core.Term && !Core.Configuration.IsJoint && Core.ConfigurationIndex <= Core.Commit)
        {
            _change = null;
            _effects.Add(new ReplicaEffect.ProposalDone(change.Token, ProposalStatus.Applied, Core.ConfigurationIndex, null, null));
        }
    }
}
