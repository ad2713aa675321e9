using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus.Observers;
using Pryvd.Peers;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Observers;

/// <summary>Keeps an observer attached to an upstream: the best that will have it, and another one when that fails.</summary>
internal sealed class Puller(ObserverSession session, CancellationToken stop)
{
    private readonly UpstreamChoice _choice = new();
    private readonly SnapshotIntake _intake = new(session);
    private readonly long _started = Stopwatch.GetTimestamp();
    private IReadOnlyList<TreeNode> _told = [];

    public async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var candidates = Upstreams.Candidates(session);
                var planned = session.Store.Applied > Pryv.Consensus.LogIndex.Zero;
                var (upstream, wait) = _choice.Next(planned ? candidates : [.. candidates, .. _told], Now);
                if (upstream is null)
                {
                    await Task.Delay(wait, stop).ConfigureAwait(false);
                }
                else
                {
                    await FollowAsync(upstream, planned).ConfigureAwait(false);
                }
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NewerCommandException or StoreException or Pryv.Consensus.Core.InvariantException or PullDivergedException)
            {
                session.Fail(failure);
                return;
            }
        }
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    private async Task FollowAsync(TreeNode upstream, bool planned)
    {
        try
        {
            await new PullStream(session, upstream, planned, _intake, () => HasBetter(upstream)).RunAsync(() => Served(upstream), stop).ConfigureAwait(false);
            session.Parts.Logger.LogDebug("A better upstream than {Upstream} may be had", upstream.Address);
        }
        catch (Exception failure) when (failure is RpcException or IOException or InvalidOperationException && !stop.IsCancellationRequested)
        {
            _choice.Failed(upstream.Node, Now, Random.Shared.NextDouble());
            _told = failure is RpcException refusal ? Alternatives(refusal) : [];
            Log(upstream, failure);
        }
        finally
        {
            session.Detach();
        }
    }

    private void Served(TreeNode upstream)
    {
        _choice.Served(upstream.Node);
        session.Notices.Clear(upstream.Node);
        session.Parts.Logger.LogInformation("Pulling from {Upstream}", upstream.Address);
    }

    private bool HasBetter(TreeNode upstream) => _choice.HasBetter(Upstreams.Candidates(session), upstream.Node, Now);

    private void Log(TreeNode upstream, Exception failure)
    {
        var reason = failure is RpcException { Status: var status } ? status.Detail : failure.Message;
        if (session.Notices.Put(upstream.Node, PeerNotice.Of(failure, reason)))
        {
            session.Parts.Logger.LogInformation("The upstream {Upstream} was left: {Reason}", upstream.Address, reason);
        }
    }

    /// <summary>Whom a refusal names: for a node that has no state yet and knows but those it joined through.</summary>
    private static IReadOnlyList<TreeNode> Alternatives(RpcException refusal)
    {
        var named = refusal.Trailers.FirstOrDefault(t => t.Key == PullLimits.AlternativesTrailer)?.Value ?? "";
        return [.. named.Split(',', StringSplitOptions.RemoveEmptyEntries).Take(PullLimits.Alternatives)
            .Select(t => t.Split('@', 2)).Where(t => t.Length == 2).Select(t => new TreeNode(t[0], t[1], "", false))];
    }
}
