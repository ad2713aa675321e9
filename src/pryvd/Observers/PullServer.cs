using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Observers;

/// <summary>Takes in observers that want to pull from this node: as many as it may serve; the others hear whom to ask.</summary>
internal static class PullServer
{
    public static async Task ServeAsync(
        ClusterSession session, string child, PullRequest request, IServerStreamWriter<PullFrame> stream, Action check, CancellationToken cancel)
    {
        if (request.Epoch < session.Epoch.Value)
        {
            await stream.WriteAsync(new PullFrame { NewerEpoch = session.Epoch.Value, Standing = Standings.Of(session) }, cancel).ConfigureAwait(false);
            return;
        }

        if (!session.MayServe)
        {
            throw Refuse(session, child, StatusCode.Unavailable, "it has no upstream of its own now");
        }

        var members = session.Configuration.Members.Count;
        using var slot = session.Pulls.TryTake(child, TreeShape.Capacity(session.Leads, members))
            ?? throw Refuse(session, child, StatusCode.ResourceExhausted, session.Leads ? "it leads and serves only few" : "all its places are taken");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, slot.Ended);
        try
        {
            await new PullFeed(session, request, stream, check, ended.Token).RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (slot.Ended.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw Refuse(session, child, StatusCode.Unavailable, "the place is needed for something else");
        }
        catch (Exception failure) when (failure is StoreException or Pryv.Consensus.Log.DiskException or Pryv.Consensus.Log.LogDamageException or ObjectDisposedException)
        {
            throw Refuse(session, child, StatusCode.Unavailable, failure.Message);
        }
    }

    private static RpcException Refuse(ClusterSession session, string child, StatusCode code, string why)
    {
        var others = Upstreams.Known(session)
            .Where(n => n.Node != child && n.Node != session.NodeId && (n.IsMember || UpstreamPlan.Precedes(n.Node, child) || session.Pulls.Children.Contains(n.Node)))
            .OrderBy(n => n.IsMember)
            .Take(PullLimits.Alternatives)
            .Select(n => $"{n.Node}@{n.Address}");
        return new RpcException(
            new Status(code, $"Node {session.NodeName} cannot be an upstream now: {why}; ask another one."),
            new Metadata { { PullLimits.AlternativesTrailer, string.Join(',', others) } });
    }
}
