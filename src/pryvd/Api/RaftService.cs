using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Replication;
using Pryv.V1;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The consensus group itself, for operators.</summary>
internal sealed class RaftService(NodeHost host, LeaderCalls leader) : Pryv.V1.Raft.RaftBase
{
    private static readonly TimeSpan TransferPatience = TimeSpan.FromSeconds(5);

    public void Register(LeaderCalls calls) =>
        calls.Register<TransferRequest, TransferReply>("/pryv.v1.Raft/Transfer", (request, _, cancel) => TransferAsync(request, cancel));

    public override Task<ListPeersReply> ListPeers(ListPeersRequest request, ServerCallContext context)
    {
        var session = host.RequireSession();
        var reply = new ListPeersReply
        {
            ConfigurationIndex = (session as MemberSession)?.Runner.Status.ConfigurationIndex.Value ?? 0,
            Joint = session.Configuration.IsJoint,
        };
        reply.Members.AddRange(StatusPage.Members(session));
        return Task.FromResult(reply);
    }

    public override Task<TransferReply> Transfer(TransferRequest request, ServerCallContext context) =>
        leader.CallAsync<TransferReply>(request, context, Caller.Of(context, host.RequireSession().NodeName));

    public override Task<WriteReply> RemoveMember(RemoveMemberRequest request, ServerCallContext context) =>
        leader.CallAsync<WriteReply>(request, context, Caller.Of(context, host.RequireSession().NodeName));

    public override async Task<GetDigestReply> GetDigest(GetDigestRequest request, ServerCallContext context)
    {
        var store = host.RequireStore();
        await store.WaitAppliedAsync(new LogIndex(request.AtLeast), context.CancellationToken).ConfigureAwait(false);
        var digest = store.Digest;
        return new GetDigestReply { Index = digest.Index.Value, Digest = digest.Hex };
    }

    public override Task<RecoverReply> Recover(RecoverRequest request, ServerCallContext context) => host.ChangeAsync(async () =>
    {
        var session = (host.Session ?? throw Errors.NotInCluster()) as MemberSession
            ?? throw Errors.Conflict("This node is an observer and has no log to go on with; recover on a voter, see 'pryvd raft peers'.");
        if (host.Standing != NodeStanding.Running)
        {
            throw Errors.Conflict($"This node must not go on from what it has: {host.Problem}");
        }

        if (!await RecoverFlow.IsLeaderlessAsync(session, context.CancellationToken).ConfigureAwait(false))
        {
            throw Errors.Conflict("The cluster has a leader that this node hears; there is nothing to recover.");
        }

        await RecoverFlow.RequireAloneAsync(session, context.CancellationToken).ConfigureAwait(false);
        RecoverFlow.RequireKeys(host, session, request.RecoveryKey, keep: request.Confirm);
        var plan = RecoverFlow.Plan(session);
        if (request.Confirm)
        {
            await RecoverFlow.RunAsync(host, session).ConfigureAwait(false);
            plan.Message = $"Epoch {plan.Epoch} has begun with this node alone. Let the others rejoin: on each, stop pryvd, move its log and state away, keep its identity, start pryvd.";
        }

        return plan;
    });

    private async Task<TransferReply> TransferAsync(TransferRequest request, CancellationToken cancel)
    {
        var session = host.RequireMember();
        var target = Target(session, request.Node);
        var result = await session.Runner.TransferAsync(target).ConfigureAwait(false);
        switch (result.Status)
        {
            case ProposalStatus.NotLeader: throw new NotLeaderException();
            case ProposalStatus.Invalid: throw Errors.Conflict($"Leadership cannot be handed over: {result.Reason}.");
            default: break;
        }

        var giveUp = DateTime.UtcNow + TransferPatience;
        while ((session.Runner.Status.IsTransferring || session.Runner.Status.Leader.IsNone) && DateTime.UtcNow < giveUp)
        {
            await Task.Delay(5, cancel).ConfigureAwait(false);
        }

        var now = session.Runner.Status.Leader;
        return now == session.LogIdentity.Member
            ? throw Errors.Conflict("The other voter did not take leadership over in time; this node leads on.")
            : new TransferReply { Leader = session.NameOf(now) };
    }

    private static MemberId Target(MemberSession session, string name)
    {
        if (name.Length == 0)
        {
            return MemberId.None;
        }

        var node = session.Store.Read().State.Nodes.Find(name) ?? throw Errors.NotFound($"The cluster knows no node {name}; see 'pryvd node list'.");
        return session.Runner.Status.Configuration.IsVoter(node.Member) && node.Member != session.LogIdentity.Member
            ? node.Member
            : throw Errors.Conflict($"Node {name} leads already or is no voter; see 'pryvd raft peers'.");
    }
}
