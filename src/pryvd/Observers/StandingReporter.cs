using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Observers;

/// <summary>An observer tells one voter how far it is, every few seconds over a connection that stays open; another voter when that one does not answer.</summary>
internal sealed class StandingReporter(ObserverSession session)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Until the cluster calls the node ready, it says so more often.</summary>
    private static readonly TimeSpan FirstPace = TimeSpan.FromMilliseconds(500);

    private int _failures;

    /// <summary>Runs until the session ends.</summary>
    public async Task RunAsync()
    {
        while (!session.Ended.IsCompleted)
        {
            await ReportAsync().ConfigureAwait(false);
            await Task.WhenAny(session.Ended, Task.Delay(NextPause())).ConfigureAwait(false);
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            var route = Route();
            if (session.IsAttached && route.Count > 0)
            {
                var voter = route[_failures % route.Count];
                await session.Channels.Client(voter.Node, voter.Address).ReportStandingAsync(
                    new StandingReport { Epoch = session.Epoch.Value, Applied = session.Store.Applied.Value }, deadline: DateTime.UtcNow + Patience).ResponseAsync.ConfigureAwait(false);
            }
        }
        catch (RpcException failure)
        {
            _failures++;
            session.Parts.Logger.LogDebug("The report of this observer was not taken: {Reason}", failure.Status.Detail);
        }
        catch (Exception closed) when (session.Ended.IsCompleted && closed is Store.StoreException or ObjectDisposedException)
        {
            session.Parts.Logger.LogDebug("The last report of this observer was not sent: {Reason}", closed.Message);
        }
    }

    private IReadOnlyList<TreeNode> Route()
    {
        var voters = session.Configuration.Voters.Select(m => m.Node).ToHashSet(StringComparer.Ordinal);
        return ReportRoute.Order(
            session.NodeId, Upstreams.ZoneOf(session), [.. Upstreams.Known(session).Where(n => voters.Contains(n.Node))], session.Leader?.Node);
    }

    private TimeSpan NextPause() => session.Ended.IsCompleted
        ? TimeSpan.Zero
        : IsReady() ? ReportBook.Pace * (0.9 + (Random.Shared.NextDouble() / 5)) : FirstPace;

    private bool IsReady() =>
        session.Store.Read().State.Nodes.Find(new NodeId(session.NodeId)) is { State: not (NodeState.Commissioning or NodeState.Unreachable) };
}
