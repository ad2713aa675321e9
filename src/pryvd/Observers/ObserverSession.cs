using System.Diagnostics;
using Pryv.Consensus;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Observers;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Running;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Observers;

/// <summary>This node as an observer: it has the state, but no log and no place in the configuration; it pulls what is committed.</summary>
public sealed class ObserverSession : ClusterSession
{
    private const int CheckpointEntries = 20_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReadRounds _reads;
    private readonly StateAge _age = new();
    private readonly Task _pulling;
    private volatile UpstreamStanding? _upstream;
    private volatile TaskCompletionSource _leaderMoved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogIndex _checkpointed;

    private ObserverSession(SessionParts parts, StateStore store, Epoch epoch)
        : base(parts, store)
    {
        Epoch = epoch;
        _checkpointed = store.Applied;
        _reads = new ReadRounds(() => LeaderIndex.AskAsync(this, _stop.Token));
        _pulling = Task.Run(() => new Puller(this, _stop.Token).RunAsync());
    }

    public override Epoch Epoch { get; }

    public override Configuration Configuration => ConfigurationCodec.Decode(Store.Configuration);

    public override PeerAt? Leader =>
        _upstream is { Said.LeaderNode.Length: > 0 } upstream ? new PeerAt(upstream.Said.LeaderNode, upstream.Said.LeaderAddress) : null;

    public override Term Term => new(_upstream?.Said.Term ?? Store.Position.Term.Value);

    public override LogIndex Commit => LogIndex.Max(new LogIndex(_upstream?.Said.Commit ?? 0), Store.Applied);

    public override bool Leads => false;

    public override Task LeaderMoved => _leaderMoved.Task;

    public override TimeSpan? LeaderSilence => _upstream is { Said.AgeMs: >= 0 } upstream
        ? TimeSpan.FromMilliseconds(upstream.Said.AgeMs) + Stopwatch.GetElapsedTime(upstream.HeardAt)
        : null;

    public override TimeSpan? Age => _age.Of(Store.Applied, Stopwatch.GetTimestamp());

    public override Task<Exception?> Ended => _ended.Task;

    /// <summary>Nothing here runs in a loop that could stall unseen: a silent upstream is left.</summary>
    public override long LastStepTimestamp => Stopwatch.GetTimestamp();

    public override int? Depth => IsAttached && _upstream is { Said.Depth: >= 0 } upstream ? upstream.Said.Depth + 1 : null;

    /// <summary>Others take a node of the configuration for a root of the tree; one that only is about to become a member must not be one.</summary>
    public override bool MayServe => Store.Applied > LogIndex.Zero && IsAttached && _upstream!.IsPlanned && Depth < PullLimits.MaxDepth
        && !Configuration.Members.Values.Any(m => m.Node == NodeId);

    /// <summary>Whom it pulls from, or pulled from last.</summary>
    public UpstreamStanding? Upstream => _upstream;

    /// <summary>Whether the upstream gave a sign of life lately.</summary>
    public bool IsAttached { get; private set; }

    /// <summary>An upstream is of a newer epoch than what is here: the state is to be had anew.</summary>
    public event Action<Epoch>? Outdated;

    public static async Task<ObserverSession> StartAsync(SessionParts parts, Epoch epoch) => new(parts, await parts.OpenStateAsync().ConfigureAwait(false), epoch);

    public override async Task<LogIndex?> ReadIndexAsync()
    {
        if (await _reads.NextAsync().ConfigureAwait(false) is not { } index)
        {
            return null;
        }

        await Store.WaitAppliedAsync(index, _stop.Token).ConfigureAwait(false);
        return Store.Applied;
    }

    public override Task<ProposalResult> ProposeAsync(CommandEnvelope envelope) =>
        Task.FromResult(new ProposalResult(ProposalStatus.NotLeader, LogIndex.Zero, null, "an observer does not lead"));

    public override IReadOnlyList<Entry>? ReadApplied(LogIndex after, int maxBytes) =>
        after >= Store.Applied ? [] : StateMachine.Tail.TryRead(after, maxBytes);

    public override void Stop()
    {
        _stop.Cancel();
        _ended.TrySetResult(null);
    }

    internal void Apply(IReadOnlyList<Entry> entries)
    {
        StateMachine.Apply(entries);
        if (Store.Applied - _checkpointed >= CheckpointEntries)
        {
            _checkpointed = StateMachine.Checkpoint();
        }
    }

    /// <summary>A frame came in.</summary>
    internal void Hear(UpstreamStanding standing)
    {
        var before = Leader;
        (_upstream, IsAttached) = (standing, true);
        if (standing.Said.StateAgeMs >= 0)
        {
            // What the upstream has is what was committed so long before it said so.
            var asOf = standing.HeardAt - (long)(standing.Said.StateAgeMs / 1000.0 * Stopwatch.Frequency);
            _age.Heard(new LogIndex(standing.Said.Applied), Store.Applied, asOf);
        }

        if (before != Leader)
        {
            var moved = _leaderMoved;
            _leaderMoved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            moved.TrySetResult();
        }
    }

    internal void Detach() => IsAttached = false;

    internal void Fail(Exception failure) => _ended.TrySetResult(failure);

    internal void MeetEpoch(Epoch newer) => Outdated?.Invoke(newer);

    private protected override async ValueTask CloseAsync()
    {
        Stop();
        await _pulling.ConfigureAwait(false);
        _stop.Dispose();
    }
}
