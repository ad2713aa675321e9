using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>Making, joining and leaving a cluster, and how it stands.</summary>
internal sealed class ClusterService(NodeHost host, LeaderCalls leader) : Cluster.ClusterBase
{
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public override Task<InitReply> Init(InitRequest request, ServerCallContext context) => host.ChangeAsync(async () =>
    {
        RequireNew();
        var name = request.ClusterName.Length > 0 ? request.ClusterName : "pryvd";
        var recovery = await GuardAsync(() => InitFlow.RunAsync(host, name, request.Group, Writes(request.Vars))).ConfigureAwait(false);
        var session = host.RequireSession();
        await UntilAsync(() => session.Store.Read().State.Cluster is not null, "The first command was not applied", context.CancellationToken).ConfigureAwait(false);
        var token = await leader.CallAsync<CreateTokenReply>(
            "/pryv.v1.Tokens/CreateToken", new CreateTokenRequest(), Caller.Of(context, session.NodeName), context.Deadline, context.CancellationToken).ConfigureAwait(false);
        return new InitReply
        {
            ClusterId = session.Identity.Cluster.ClusterId,
            Node = session.NodeName,
            Token = token.Token,
            JoinLine = token.JoinLine,
            RecoveryKeyFile = recovery,
        };
    });

    public override async Task Join(JoinRequest request, IServerStreamWriter<Progress> responseStream, ServerCallContext context)
    {
        var peers = request.Peers.Select(p => HostAndPort.Parse(p, DaemonOptions.DefaultPeerPort) ?? throw Errors.Invalid($"'{p}' is no address; a peer is HOST or HOST:PORT.")).ToList();
        if (peers.Count == 0)
        {
            throw Errors.Invalid("No peer was given; name a member of the cluster as HOST or HOST:PORT.");
        }

        await host.ChangeAsync(async () =>
        {
            RequireNew();
            await Say(responseStream, "admit", $"Asking {string.Join(", ", peers)} for admission", 10).ConfigureAwait(false);
            await GuardAsync(async () =>
            {
                await JoinFlow.RunAsync(host, peers, request.Token, request.Group, Writes(request.Vars), context.CancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        var session = host.RequireSession();
        await Say(responseStream, "catch-up", "Admitted; getting the state from the peers", 50).ConfigureAwait(false);
        await UntilAsync(
            () => session.Store.Read().State.Nodes.Find(new NodeId(session.NodeId)) is { State: NodeState.Ready } && session.LeaderSilence is not null,
            "The state has not arrived yet; the node goes on by itself, see 'pryvd status'", context.CancellationToken).ConfigureAwait(false);
        await Say(responseStream, "done", $"Node {session.NodeName} is a member of cluster {session.Identity.Cluster.ClusterName}", 100, done: true).ConfigureAwait(false);
    }

    public override async Task Leave(LeaveRequest request, IServerStreamWriter<Progress> responseStream, ServerCallContext context)
    {
        if (host.Identity is null)
        {
            throw Errors.NotInCluster();
        }

        if (!request.Force)
        {
            await LeaveCluster(request, responseStream, context).ConfigureAwait(false);
        }

        await Say(responseStream, "wipe", "Putting identity and data away", 80).ConfigureAwait(false);
        await host.EndRejoiningAsync().ConfigureAwait(false);
        var kept = await host.ChangeAsync(() => LeaveFlow.WipeAsync(host, request.Purge)).ConfigureAwait(false);
        await Say(responseStream, "done", kept is null ? "This node is in no cluster; nothing was kept" : $"This node is in no cluster; its data is kept in {kept}", 100, done: true).ConfigureAwait(false);
    }

    public override Task<StatusReply> GetStatus(StatusRequest request, ServerCallContext context) => Task.FromResult(StatusPage.Of(host));

    public override Task<NewRequestIdReply> NewRequestId(NewRequestIdRequest request, ServerCallContext context) => Task.FromResult(
        new NewRequestIdReply { RequestId = RequestIds.New(host.RequireSession().Store.Applied).ToString() });

    private async Task LeaveCluster(LeaveRequest request, IServerStreamWriter<Progress> responseStream, ServerCallContext context)
    {
        var session = host.RequireSession();
        if (session is MemberSession { Runner.Status.Role: RaftRole.Leader } leading)
        {
            await Say(responseStream, "transfer", "Handing leadership over", 20).ConfigureAwait(false);
            await LeaveFlow.HandOverAsync(leading, context.CancellationToken).ConfigureAwait(false);
        }

        await Say(responseStream, "remove", "Asking the cluster to let this node go", 40).ConfigureAwait(false);
        await leader.CallAsync<WriteReply>(request, context, Caller.Of(context, session.NodeName)).ConfigureAwait(false);
    }

    private void RequireNew()
    {
        if (host.Standing != NodeStanding.New)
        {
            throw Errors.Conflict($"This node belongs to cluster {host.Identity?.Cluster.ClusterName} already; leave it first with 'pryvd leave'.");
        }
    }

    /// <summary>Identity problems are the caller's to see.</summary>
    private static async Task<T> GuardAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (IdentityException problem)
        {
            throw Errors.Invalid(problem.Message);
        }
    }

    private async Task UntilAsync(Func<bool> reached, string otherwise, CancellationToken cancel)
    {
        var giveUp = DateTime.UtcNow + SettlePatience;
        while (!reached())
        {
            if (host.Standing == NodeStanding.Stopped)
            {
                throw Errors.Stopped(host.Problem);
            }

            if (DateTime.UtcNow > giveUp)
            {
                throw Errors.NoLeader(otherwise);
            }

            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }
    }

    private static IEnumerable<VarWrite> Writes(IDictionary<string, string> vars) =>
        vars.Select(v => new VarWrite { Key = v.Key, Json = v.Value });

    private static Task Say(IServerStreamWriter<Progress> stream, string step, string message, int percent, bool done = false) =>
        stream.WriteAsync(new Progress { Step = step, Message = message, Percent = percent, Done = done });
}
