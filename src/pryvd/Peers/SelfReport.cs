using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;
using Node = Pryvd.Model.Node;

namespace Pryvd.Peers;

/// <summary>A node tells the cluster its address, version, datacenter and tags when it starts, until the cluster has them.</summary>
internal sealed class SelfReport(NodeHost host, ClusterSession session, LeaderCalls leader)
{
    private const string Method = "/pryv.internal.v1.Peer/Report";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The leader's side. A node speaks only for itself: its name comes from its certificate.</summary>
    public static void Register(LeaderCalls calls, NodeHost host) => calls.Register<ReportNode, WriteReply>(Method, async (report, actor, _) =>
    {
        var session = host.RequireSession();
        if (session.Store.Read().State.Nodes.Find(new NodeId(report.NodeId))?.Name != actor.Node)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {actor.Node} reported for node {report.NodeId}; a node speaks only for itself."));
        }

        var envelope = RequestIds.Envelope("", actor, "report");
        envelope.ReportNode = report;
        var reply = await LeaderCalls.ProposeAsync(session, envelope).ConfigureAwait(false);
        return new WriteReply { Index = reply.Index };
    });

    public async Task RunAsync()
    {
        var ended = session.Ended;
        while (!ended.IsCompleted && !await TryAsync().ConfigureAwait(false))
        {
            await Task.WhenAny(ended, Task.Delay(Pace)).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryAsync()
    {
        var node = session.Store.Read().State.Nodes.Find(new NodeId(session.NodeId));
        if (node is null)
        {
            return false;
        }

        if (IsCurrent(node))
        {
            return true;
        }

        try
        {
            await leader.CallAsync<WriteReply>(
                Method, Report(), new Actor(session.NodeName, -1, 0), DateTime.UtcNow + Patience, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (RpcException failure)
        {
            host.Logger.LogDebug("The cluster did not take this node's report yet: {Reason}", failure.Status.Detail);
            return false;
        }
    }

    private bool IsCurrent(Node node) =>
        node.Address == host.Address
        && node.Version == NodeFacts.Version
        && node.CommandVersion == CommandVersions.Known
        && node.Datacenter == host.Options.Datacenter
        && node.ReportedTags.Equals(TagSet.From(host.Options.Tags));

    private ReportNode Report()
    {
        var report = new ReportNode
        {
            NodeId = session.NodeId,
            Address = host.Address,
            Datacenter = host.Options.Datacenter,
            Version = NodeFacts.Version,
            CommandVersion = CommandVersions.Known,
        };
        report.Tags.Add(host.Options.Tags.ToDictionary());
        return report;
    }
}
