using System.Diagnostics;
using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;
using Pryvd.Peers;

namespace Pryvd.Observers;

/// <summary>One stream from one upstream, until it fails, is too slow, or a better one may be had.</summary>
internal sealed class PullStream(ObserverSession session, TreeNode upstream, bool planned, SnapshotIntake intake, Func<bool> hasBetter)
{
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(20);

    private readonly long _started = Stopwatch.GetTimestamp();

    // Not all look around at once.
    private TimeSpan _lookAt = LookAround * (1 + Random.Shared.NextDouble());

    /// <summary>Returns when a better upstream may be had.</summary>
    /// <exception cref="RpcException">The upstream failed, or is not good enough.</exception>
    public async Task RunAsync(Action served, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(PullLimits.Silence);
        using var call = session.Channels.Client(upstream.Node, upstream.Address).Pull(Request(), cancellationToken: patience.Token);
        var isFirst = true;
        try
        {
            while (await call.ResponseStream.MoveNext(patience.Token).ConfigureAwait(false))
            {
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                if (!Take(call.ResponseStream.Current))
                {
                    return;
                }

                if (isFirst)
                {
                    isFirst = false;
                    served();
                }

                patience.CancelAfter(PullLimits.Silence);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled } && patience.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Failed($"it said nothing for {PullLimits.Silence.TotalSeconds} s");
        }

        throw Failed("it ended the stream");
    }

    private PullRequest Request() => new()
    {
        ProtocolVersion = PeerProtocol.Version,
        ClusterId = session.ClusterId,
        Epoch = session.Epoch.Value,
        Index = session.Store.Applied.Value,
        SnapshotId = intake.Id,
        SnapshotOffset = intake.Next,
    };

    /// <summary>False when another upstream should be looked for.</summary>
    private bool Take(PullFrame frame)
    {
        if (frame.NewerEpoch > session.Epoch.Value)
        {
            session.MeetEpoch(new Epoch(frame.NewerEpoch));
            throw Failed($"it is of epoch {frame.NewerEpoch}, what is here is of {session.Epoch}");
        }

        session.Hear(new UpstreamStanding(upstream, planned, frame.Standing ?? new Standing(), Stopwatch.GetTimestamp()));
        RequireGood(frame);
        if (frame.Entries is { } entries)
        {
            Apply(entries);
        }
        else if (frame.Snapshot is { } piece)
        {
            intake.Take(piece);
            return planned || intake.Id != 0;
        }

        return !ShouldLookAround();
    }

    /// <summary>Where it is silent itself, or its way to a member is long, another one may do better.</summary>
    private void RequireGood(PullFrame frame)
    {
        if (frame.Standing.Depth >= PullLimits.MaxDepth)
        {
            throw Failed($"it is {frame.Standing.Depth} steps away from a member");
        }

        var isNews = frame.Entries is not null || frame.Snapshot is not null;
        if (!isNews && frame.Standing.AgeMs > PullLimits.Stale.TotalMilliseconds)
        {
            throw Failed($"it has heard nothing of a leader for {frame.Standing.AgeMs} ms");
        }
    }

    private void Apply(PulledEntries pulled)
    {
        var applied = session.Store.Position;
        if (pulled.First != applied.Index.Value + 1 || pulled.Entries.Count == 0)
        {
            throw Failed($"it sent {pulled.Entries.Count} entries from {pulled.First} on, {applied.Index} is applied here");
        }

        if (pulled.Entries[0].Term < applied.Term.Value)
        {
            throw new PullDivergedException(
                $"{upstream.Address} has entry {pulled.First} of term {pulled.Entries[0].Term}, but {applied.Index}, applied here, is of term {applied.Term}: the two are not of one history. "
                + $"To have the state anew, {session.Parts.HowToRejoin}");
        }

        var index = new LogIndex(pulled.First);
        session.Apply([.. pulled.Entries.Select((e, i) => new Entry(index + i, new Term(e.Term), (EntryKind)e.Kind, e.Data.Memory))]);
    }

    private bool ShouldLookAround()
    {
        if (Stopwatch.GetElapsedTime(_started) < _lookAt)
        {
            return false;
        }

        _lookAt = Stopwatch.GetElapsedTime(_started) + (LookAround * (1 + Random.Shared.NextDouble()));
        return hasBetter();
    }

    private RpcException Failed(string why) => new(new Status(StatusCode.Unavailable, $"The upstream {upstream.Address} was left: {why}."));
}
