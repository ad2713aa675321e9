using System.Collections.Concurrent;
using System.Diagnostics;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Wire;

namespace Pryv.Consensus.Running;

/// <summary>
/// Runs a replica for real: one thread for its steps, one for the log, one for the state machine, one for checkpoints and snapshots.
/// Whatever fails on any of them stops the member for good; <see cref="Failed"/> says why.
/// </summary>
public sealed class ReplicaRunner : IDisposable
{
    private const int MaxMessages = 16 * 1024;
    private const int MaxProposals = 16 * 1024;

    /// <summary>Readers who were answered have their next question here within it, where they ask again at all.</summary>
    private static readonly TimeSpan ReadPatience = TimeSpan.FromMilliseconds(2);

    private readonly Replica _replica;
    private readonly DurableLog _log;
    private readonly IStateMachine _stateMachine;
    private readonly ITransport _transport;
    private readonly TimeSpan _tick;
    private readonly Inbox _inbox = new(MaxMessages);
    private readonly WorkQueue<ReplicaEffect> _logQueue;
    private readonly WorkQueue<ReplicaEffect> _applyQueue;
    private readonly WorkQueue<ReplicaEffect> _snapshotQueue;
    private readonly Thread _thread;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ProposalResult>> _proposals = new();
    private readonly GatheredReads _reads;
    private readonly RoundTrips _roundTrips;
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _token;
    private volatile ReplicaStatus _status;
    private LogIndex _configurationIndex = new(-1);

    /// <summary>Starts the threads.</summary>
    /// <param name="log">Owned by the caller, who disposes it after the runner.</param>
    /// <param name="stateMachine">Owned by the caller.</param>
    /// <param name="transport">Owned by the caller.</param>
    /// <param name="options">Timing and bounds.</param>
    /// <param name="tick">How long a tick is.</param>
    /// <param name="seed">For election timeouts; different on each member.</param>
    public ReplicaRunner(
        DurableLog log, IStateMachine stateMachine, ITransport transport, ReplicaOptions options, TimeSpan tick, ulong seed)
    {
        (_log, _stateMachine, _transport, _tick) = (log, stateMachine, transport, tick);
        _replica = new Replica(
            log.Identity, log, log.Base, log.Configurations, log.HardState, stateMachine.Applied, options, seed);
        _reads = new GatheredReads(() => _inbox.Add(new ReplicaEvent.ReadAsked(Interlocked.Increment(ref _token))), ReadPatience);
        _roundTrips = new RoundTrips(RoundTripSamples);
        _status = ReadStatus();
        UpdateTransport();
        _logQueue = new WorkQueue<ReplicaEffect>("raft-log", OnLogWork, Fail);
        _applyQueue = new WorkQueue<ReplicaEffect>("raft-apply", OnApplyWork, Fail);
        _snapshotQueue = new WorkQueue<ReplicaEffect>("raft-snapshot", OnSnapshotWork, Fail, inBackground: true);
        _thread = new Thread(Run) { Name = "raft", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Raised on the replica's thread when leader, term, role or configuration changed, and when the configuration is committed; handlers must be quick.</summary>
    public event Action<ReplicaStatus>? Changed;

    /// <summary>Ends with the reason when the member failed, with null when it was stopped.</summary>
    public Task<Exception?> Ended => _ended.Task;

    public ReplicaStatus Status => _status;

    public Samples FlushSamples { get; } = new();

    public Samples RoundTripSamples { get; } = new();

    /// <summary>When the replica's thread last finished a step: a watchdog that looks at it sees the loop that matters.</summary>
    public long LastStepTimestamp => Volatile.Read(ref _lastStep);

    /// <summary>How long the log's disk has not come back from the work under way; zero while it has none.</summary>
    public TimeSpan DiskSilence => _logQueue.UnderWay;

    private long _lastStep;

    public void Receive(Message message) => _inbox.Add(new ReplicaEvent.Received(message));

    /// <summary>Ends when the command is applied here or it is known that it was not taken.</summary>
    public Task<ProposalResult> ProposeAsync(ReadOnlyMemory<byte> command) =>
        _proposals.Count >= MaxProposals
            ? Task.FromResult(new ProposalResult(ProposalStatus.Busy, LogIndex.Zero, null, "too many proposals are under way"))
            : Ask(token => new ReplicaEvent.Proposed(token, command));

    public Task<ProposalResult> ChangeAsync(IReadOnlyCollection<MemberChange> changes) =>
        Ask(token => new ReplicaEvent.ChangeAsked(token, changes));

    public Task<ProposalResult> RemoveAsync(MemberId member) =>
        Ask(token => new ReplicaEvent.RemovalAsked(token, member));

    public Task<ProposalResult> TransferAsync(MemberId target) =>
        Ask(token => new ReplicaEvent.TransferAsked(token, target));

    /// <summary>New timing, in whole ticks.</summary>
    public void SetTiming(RaftOptions timing) => _inbox.Add(new ReplicaEvent.TimingChanged(timing.HeartbeatTicks, timing.ElectionTicks));

    public void SetPolicy(AutopilotPolicy policy) => _inbox.Add(new ReplicaEvent.PolicyChanged(policy));

    /// <summary>Lets go, soon, of memory that only a busy replica needs.</summary>
    public void Trim() => _inbox.Add(new ReplicaEvent.Quieted());

    /// <summary>Ends when the state applied here is at least as new as all writes acknowledged before the call; null when that cannot be confirmed now.</summary>
    public Task<LogIndex?> ReadIndexAsync() => _reads.JoinAsync();

    /// <summary>
    /// Committed entries that follow an index that is applied here, from the log's files, at least one while there are any;
    /// null when they have been cut off. Any thread may ask. A log that cannot be read any more stops the member.
    /// </summary>
    public IReadOnlyList<Entry>? ReadApplied(LogIndex after, int maxBytes)
    {
        var applied = _status.Applied;
        try
        {
            return after >= applied ? [] : _log.TryRead(after, applied, maxBytes);
        }
        catch (Exception failure) when (failure is DiskException or LogDamageException)
        {
            Fail(failure);
            throw;
        }
    }

    public void Dispose()
    {
        _inbox.Stop();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _snapshotQueue.Dispose();
        _applyQueue.Dispose();
        _logQueue.Dispose();
        End(null);
    }

    private Task<ProposalResult> Ask(Func<long, ReplicaEvent> ask)
    {
        var token = Interlocked.Increment(ref _token);
        var done = new TaskCompletionSource<ProposalResult>();
        _proposals[token] = done;
        if (_ended.Task.IsCompleted)
        {
            done.TrySetResult(Stopped);
        }

        _inbox.Add(ask(token));
        return done.Task;
    }

    private static ProposalResult Stopped { get; } = new(ProposalStatus.Unknown, LogIndex.Zero, null, "the node is stopping");

    private void Run()
    {
        try
        {
            var batch = new List<ReplicaEvent>();
            var clock = new TickClock(_tick);
            var due = 1;
            while (_inbox.Take(ref batch, MillisecondsLeft(clock, due)))
            {
                _reads.StopWaiting(Stopwatch.GetTimestamp());

                // Ticks by which nothing falls due passed before what was heard. Of others nobody knows: what was heard goes first.
                var ticks = clock.TakeTicks(_replica.Core.MostTicksAtOnce);
                Tick(ticks < due ? ticks : 0);
                foreach (var happened in batch)
                {
                    _roundTrips.Observe(happened);
                    if (happened is ReplicaEvent.ReadAsked)
                    {
                        _reads.Begin();
                    }

                    _replica.Step(happened);
                }

                Tick(ticks < due ? 0 : ticks);

                // First: who is answered finds in the status what it was told.
                Publish();
                CarryOut(_replica.Drain());
                due = _replica.Core.TicksUntilDue;
            }
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private int MillisecondsLeft(TickClock clock, int due) =>
        Math.Min(clock.MillisecondsLeft(due, _replica.Core.MostTicksAtOnce), _reads.MillisecondsLeft(Stopwatch.GetTimestamp()));

    private void Tick(int ticks)
    {
        for (; ticks > 0; ticks--)
        {
            _replica.Step(new ReplicaEvent.Ticked());
        }
    }

    private void CarryOut(IReadOnlyList<ReplicaEffect> effects)
    {
        var answered = new AnsweredProposals();
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case ReplicaEffect.Send e: Send(e.Message); break;
                case ReplicaEffect.Persist or ReplicaEffect.Compact: _logQueue.Add(effect); break;
                case ReplicaEffect.Apply or ReplicaEffect.InstallSnapshot: _applyQueue.Add(effect); break;
                case ReplicaEffect.Checkpoint or ReplicaEffect.TakeSnapshot or ReplicaEffect.LoadChunk or ReplicaEffect.StoreChunk: _snapshotQueue.Add(effect); break;
                case ReplicaEffect.ProposalDone e: Finish(e, answered); break;
                case ReplicaEffect.ReadDone e: _reads.Finish(e.Index, Stopwatch.GetTimestamp()); break;
                default: throw new InvariantException($"no executor for {effect.GetType().Name}");
            }
        }

        answered.Tell();
    }

    private void Send(Message message)
    {
        _roundTrips.Sent(message);
        _transport.Send(message);
    }

    private void Finish(ReplicaEffect.ProposalDone done, AnsweredProposals answered)
    {
        if (_proposals.TryRemove(done.Token, out var waiting))
        {
            answered.Add(waiting, new ProposalResult(done.Status, done.Index, done.Result, done.Reason));
        }
    }

    private void OnLogWork(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Persist e:
                var started = Stopwatch.GetTimestamp();
                _log.Append(e.HardState, e.Entries);
                _log.Flush();
                FlushSamples.Add(Stopwatch.GetElapsedTime(started));
                _inbox.Add(new ReplicaEvent.Persisted(e.Batch));
                break;
            case ReplicaEffect.Compact e:
                _log.CompactTo(e.Index);
                break;
            case ReplicaEffect.InstallSnapshot e:
                var start = new LogBase(e.Snapshot.Position, ConfigurationCodec.Encode(e.Snapshot.Configuration));
                _log.Reset(start, _log.HardState with { Commit = e.Snapshot.Position.Index });
                _inbox.Add(new ReplicaEvent.SnapshotInstalled(e.Snapshot));
                break;
            default:
                throw new InvariantException($"the log has no work {effect.GetType().Name}");
        }
    }

    private void OnApplyWork(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Apply e:
                var results = _stateMachine.Apply(e.Entries);
                _inbox.Add(new ReplicaEvent.Applied(e.Entries[^1].Index, results));
                break;
            case ReplicaEffect.InstallSnapshot e:
                Install(e);
                break;
            default:
                throw new InvariantException($"the state machine has no work {effect.GetType().Name}");
        }
    }

    private void Install(ReplicaEffect.InstallSnapshot install)
    {
        if (_stateMachine.Install(install.Snapshot))
        {
            _logQueue.Add(install);
        }
        else
        {
            _inbox.Add(new ReplicaEvent.SnapshotRejected(install.Snapshot));
        }
    }

    private void OnSnapshotWork(ReplicaEffect effect)
    {
        _inbox.Add(effect switch
        {
            ReplicaEffect.Checkpoint => new ReplicaEvent.Checkpointed(_stateMachine.Checkpoint()),
            ReplicaEffect.TakeSnapshot => _stateMachine.TakeSnapshot() is { } taken ? new ReplicaEvent.SnapshotTaken(taken) : (ReplicaEvent)new ReplicaEvent.SnapshotFailed(),
            ReplicaEffect.LoadChunk e => new ReplicaEvent.ChunkLoaded(
                e.To, e.Snapshot, e.Offset, _stateMachine.LoadChunk(e.Snapshot, e.Offset, e.Length)),
            ReplicaEffect.StoreChunk e => new ReplicaEvent.ChunkStored(
                e.Snapshot, _stateMachine.StoreChunk(e.Snapshot, e.Offset, e.Data)),
            _ => throw new InvariantException($"snapshots have no work {effect.GetType().Name}"),
        });
    }

    private void Publish()
    {
        var before = _status;
        var now = ReadStatus();
        _status = now;
        Volatile.Write(ref _lastStep, Stopwatch.GetTimestamp());
        if (now.ConfigurationIndex != _configurationIndex)
        {
            UpdateTransport();
        }

        if (before.Leader != now.Leader || before.Term != now.Term || before.Role != now.Role
            || before.ConfigurationIndex != now.ConfigurationIndex || before.HasCommittedInTerm != now.HasCommittedInTerm
            || IsConfigurationCommitted(before) != IsConfigurationCommitted(now))
        {
            Changed?.Invoke(now);
        }
    }

    private static bool IsConfigurationCommitted(ReplicaStatus status) => status.ConfigurationIndex <= status.Commit;

    private void UpdateTransport()
    {
        _configurationIndex = _status.ConfigurationIndex;
        _transport.Update(_status.Configuration);
    }

    private ReplicaStatus ReadStatus()
    {
        var core = _replica.Core;
        return new ReplicaStatus(
            core.Self, core.Role, core.Leader, core.Term, core.Commit, _replica.Applied, core.LastIndex, core.Start.Index,
            core.Configuration, core.ConfigurationIndex, core.HasCommittedInTerm, core.IsTransferring,
            core.Role == RaftRole.Leader ? core.ReadProgress() : [], _replica.LastDecision);
    }

    private void Fail(Exception failure)
    {
        _inbox.Stop();
        End(failure);
    }

    private void End(Exception? failure)
    {
        _ended.TrySetResult(failure);
        var answered = new AnsweredProposals();
        foreach (var token in _proposals.Keys)
        {
            Finish(new ReplicaEffect.ProposalDone(token, ProposalStatus.Unknown, LogIndex.Zero, null, Stopped.Reason), answered);
        }

        answered.Tell();
        _reads.End();
    }
}
