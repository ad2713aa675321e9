using Grpc.Core;
using Pryv.Internal.V1;
using Pryvd.Agent.Artifacts;
using Pryvd.Agent.Core;
using Pryvd.Agent.Data;
using Pryvd.Agent.Drivers;
using Pryvd.Api;
using Pryvd.Model;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Agent.Running;

/// <summary>The hands of an agent: what the effects of its core are carried out with.</summary>
internal sealed record AgentParts
{
    public required AgentSelf Self { get; init; }

    public required ClusterSession Session { get; init; }

    public required IDriver Driver { get; init; }

    public required MemoryFile Memory { get; init; }

    public required VersionMaker Versions { get; init; }

    public required HomeFolders Folders { get; init; }

    public required LeaderCalls Leader { get; init; }

    /// <summary>Keeps copies of artifacts, until it is cancelled.</summary>
    public required Func<CancellationToken, Task> Mirror { get; init; }

    private const string ReportMethod = "/pryv.internal.v1.Peer/ReportAgent";

    /// <summary>One report to the leader, whoever that is.</summary>
    /// <exception cref="RpcException">No leader took it in time.</exception>
    public Task<AgentReportReply> ReportAsync(AgentReport report, TimeSpan patience, CancellationToken cancel) => Leader.CallAsync<AgentReportReply>(
        ReportMethod, report, new Actor(Session.NodeName, -1, 0), DateTime.UtcNow + patience, cancel);

    /// <summary>Nodes that may have an artifact, the likeliest first: those whose instances are made from it, members, all others in any order.</summary>
    public static IReadOnlyList<ArtifactPeer> PeersFor(ClusterSession session, string sha256)
    {
        var state = session.Store.Read().State;
        var holders = state.Running.Assignments.All.Where(a => a.Spec.Artifact?.Sha256 == sha256).Select(a => a.Node).ToHashSet();
        var nodes = state.Nodes.Living.Where(n => n.Id.Value != session.NodeId && n.State is not (NodeState.Dead or NodeState.Unreachable)).ToArray();
        Random.Shared.Shuffle(nodes);
        return [.. nodes.OrderBy(n => !holders.Contains(n.Id)).ThenBy(n => n.Member.IsNone).Select(n => new ArtifactPeer(n.Name, () => session.Channels.Client(n.Id.Value, n.Address)))];
    }

    /// <summary>Whether a component or an assignment of the cluster names the content.</summary>
    public static bool IsNeeded(ClusterSession session, string sha256)
    {
        var running = session.Store.Read().State.Running;
        return running.Components.Values.Any(c => c.Spec.Artifact?.Sha256 == sha256) || running.Assignments.All.Any(a => a.Spec.Artifact?.Sha256 == sha256);
    }
}
