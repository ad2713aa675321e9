using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Running;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Model;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;
using Member = Pryv.Consensus.Membership.Member;
using Node = Pryvd.Model.Node;

namespace Pryvd.Leader;

/// <summary>Changes of the members on the leader, one after the other, and the going of nodes.</summary>
internal sealed class Members(NodeHost host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public void Register(LeaderCalls leader)
    {
        leader.Register<LeaveRequest, WriteReply>("/pryv.v1.Cluster/Leave", (_, actor, _) => DismissAsync(actor.Node, "left", "", actor));
        leader.Register<DecommissionNodeRequest, WriteReply>(
            "/pryv.v1.Nodes/DecommissionNode",
            (request, actor, _) => DismissAsync(request.Node, "decommissioned", request.Cause, actor, request.RequestId));
        leader.Register<RemoveMemberRequest, WriteReply>("/pryv.v1.Raft/RemoveMember", RemoveAsync);
    }

    /// <summary>Tries a change until no other is in its way; the changes are made anew each time, from the configuration of then.</summary>
    public Task ChangeAsync(MemberSession session, Func<IReadOnlyCollection<MemberChange>> changes) =>
        UntilDoneAsync(() => session.Runner.ChangeAsync(changes()));

    public Task RemoveAsync(MemberSession session, MemberId member) =>
        session.Runner.Status.Configuration.Find(member) is null
            ? Task.CompletedTask
            : UntilDoneAsync(() => session.Runner.RemoveAsync(member));

    private async Task<WriteReply> DismissAsync(string name, string why, string cause, Actor actor, string requestId = "")
    {
        var session = host.RequireMember();
        var node = session.Store.Read().State.Nodes.Find(name)
            ?? throw Errors.NotFound($"The cluster knows no node {name}; see 'pryvd node list'.");
        if (node.IsGone)
        {
            return new WriteReply { Index = node.Changed.Value };
        }

        RequireOtherVoter(session, node.Member);
        await BeginLeavingAsync(session, node, cause.Length > 0 ? cause : why, actor).ConfigureAwait(false);
        return await FinishLeavingAsync(session, node, why, cause, actor, requestId).ConfigureAwait(false);
    }

    /// <summary>
    /// First the mark, so that a leader after us finishes what we began; the certificate is revoked last, because a voter's
    /// word is needed for its own removal.
    /// </summary>
    private static async Task BeginLeavingAsync(MemberSession session, Node node, string cause, Actor actor)
    {
        if (node.State != NodeState.Decommissioning && NodeLifecycle.Allows(node.State, NodeState.Decommissioning))
        {
            var mark = RequestIds.Envelope("", actor, cause);
            mark.ChangeNodeState = new ChangeNodeState { Node = node.Id.Value, From = node.State.Word(), To = NodeState.Decommissioning.Word() };
            await LeaderCalls.ProposeAsync(session, mark).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the node's member out, then revokes its certificate; may be repeated.</summary>
    public async Task<WriteReply> FinishLeavingAsync(MemberSession session, Node node, string why, string cause, Actor actor, string requestId = "")
    {
        foreach (var member in session.Configuration.All.Where(m => m.Node == node.Id.Value).ToList())
        {
            await RemoveAsync(session, member.Id).ConfigureAwait(false);
        }

        var envelope = RequestIds.Envelope(requestId, actor, cause.Length > 0 ? cause : why);
        envelope.DismissNode = new DismissNode { Node = node.Id.Value, Why = why };
        try
        {
            return new WriteReply { Index = (await LeaderCalls.ProposeAsync(session, envelope).ConfigureAwait(false)).Index };
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.FailedPrecondition
            && session.Store.Read().State.Nodes.Find(node.Id) is { IsGone: true } gone)
        {
            // The leader's duties came to the end of the same leaving first.
            return new WriteReply { Index = gone.Changed.Value };
        }
    }

    private async Task<WriteReply> RemoveAsync(RemoveMemberRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireMember();
        var member = Find(session, request.Member);
        if (session.Store.Read().State.Nodes.Find(new NodeId(member.Node)) is { IsGone: false } node && node.Member == member.Id)
        {
            // The node would stay behind, ready and without a member: it goes with it, and is told so.
            return await DismissAsync(node.Name, "decommissioned", "its member was removed", actor).ConfigureAwait(false);
        }

        RequireOtherVoter(session, member.Id);
        await RemoveAsync(session, member.Id).ConfigureAwait(false);
        return new WriteReply { Index = session.Runner.Status.ConfigurationIndex.Value };
    }

    private static Member Find(MemberSession session, string text)
    {
        var node = session.Store.Read().State.Nodes.Find(text);
        var configuration = session.Runner.Status.Configuration;
        var found = MemberId.TryParse(text, out var id) ? configuration.Find(id) : null;
        return found
            ?? (node is null ? null : configuration.Find(node.Member) ?? configuration.All.FirstOrDefault(m => m.Node == node.Id.Value))
            ?? throw Errors.NotFound($"No member {text} in the configuration; see 'pryvd raft peers'.");
    }

    private static void RequireOtherVoter(MemberSession session, MemberId leaving)
    {
        if (!session.Runner.Status.Configuration.Voters.Any(m => m.Role == MemberRole.Voter && m.Id != leaving)
            && session.Runner.Status.Configuration.IsVoter(leaving))
        {
            throw Errors.Conflict(
                "This is the only voter that can lead; without it the cluster ends. Add nodes and wait until one votes, or end the cluster with 'pryvd leave --force' on it.");
        }
    }

    private static async Task UntilDoneAsync(Func<Task<ProposalResult>> ask)
    {
        var giveUp = DateTime.UtcNow + Patience;
        while (true)
        {
            var result = await ask().ConfigureAwait(false);
            switch (result.Status)
            {
                case ProposalStatus.Applied:
                    return;
                case ProposalStatus.Invalid or ProposalStatus.Busy when DateTime.UtcNow < giveUp:
                    await Task.Delay(Pause).ConfigureAwait(false);
                    break;
                case ProposalStatus.Invalid:
                    throw new RpcException(new Status(StatusCode.FailedPrecondition, $"The members cannot be changed: {result.Reason}"));
                default:
                    throw new NotLeaderException();
            }
        }
    }
}
