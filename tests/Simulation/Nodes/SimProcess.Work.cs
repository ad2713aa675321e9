using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Replication;

namespace Simulation;

/// <summary>The hands: what the log's thread, the state machine's and the one for snapshots do.</summary>
public sealed partial class SimProcess
{
    private long SomeTime => 1 + Random.Next((int)SimOptions.Tick / 4);

    private void Persist(ReplicaEffect.Persist write, Action done)
    {
        _log.Append(write.HardState, write.Entries);
        _machine.AfterFlush(() =>
        {
            _log.Flush();
            _machine.Durable.Append(write.HardState, write.Entries);
            _cluster.Checks.Persisted(_machine, write.Entries);
            if (_cluster.Trace.IsOn)
            {
                _cluster.Say(_machine, $"has on disk {Describe.Of(write.HardState)} [{string.Join(" ", write.Entries.Select(Describe.Of))}]");
            }

            done();
            Happen(new ReplicaEvent.Persisted(write.Batch));
        });
    }

    private void Compact(ReplicaEffect.Compact cut, Action done) => _machine.Later(SomeTime, () =>
    {
        _log.CompactTo(cut.Index);
        _cluster.Say(_machine, $"compacts to {cut.Index}");
        done();
    });

    private void Apply(ReplicaEffect.Apply apply, Action done) => _machine.Later(SomeTime, () =>
    {
        var results = new List<object?>();
        foreach (var entry in apply.Entries)
        {
            results.Add(_machine.Store.Apply(entry));
            _cluster.Checks.Applied(_machine, entry);
        }

        done();
        Happen(new ReplicaEvent.Applied(apply.Entries[^1].Index, results));
    });

    /// <summary>Beside the work of the state machine, as in production.</summary>
    private void Checkpoint() => _machine.AfterFlush(() =>
    {
        _machine.Store.Checkpoint();
        Happen(new ReplicaEvent.Checkpointed(_machine.Store.Current.Applied.Index));
    });

    private void TakeSnapshot(Action done) => _machine.Later(SomeTime, () =>
    {
        done();
        if (Random.NextDouble() < _cluster.Options.Faults.SnapshotFailure && !_cluster.IsHealed)
        {
            Happen(new ReplicaEvent.SnapshotFailed());
            return;
        }

        var state = _machine.Store.Current;
        var bytes = state.Encode();
        var configuration = Pryv.Consensus.Wire.ConfigurationCodec.Decode(state.Configuration);
        var meta = new SnapshotMeta(state.Applied, configuration, bytes.Length, (long)(Random.NextUnsigned() >> 1));
        _machine.Snapshots.Keep(meta, bytes);
        _cluster.Say(_machine, $"takes a snapshot at {Describe.Of(meta.Position)}");
        Happen(new ReplicaEvent.SnapshotTaken(meta));
    });

    private void Load(ReplicaEffect.LoadChunk load) => _machine.Later(SomeTime, () =>
    {
        if (_machine.Snapshots.Load(load.Snapshot, load.Offset, load.Length) is { } data)
        {
            Happen(new ReplicaEvent.ChunkLoaded(load.To, load.Snapshot, load.Offset, data));
        }
    });

    private void Store(ReplicaEffect.StoreChunk store)
    {
        var data = store.Data.ToArray();
        _machine.Later(SomeTime, () =>
            Happen(new ReplicaEvent.ChunkStored(store.Snapshot, _machine.Snapshots.Store(store.Snapshot, store.Offset, data))));
    }

    /// <summary>Begins when log and state machine have done all that was asked before, and holds both until it is over.</summary>
    private void Install(ReplicaEffect.InstallSnapshot install)
    {
        var free = new List<Action>();
        void Join(Action done)
        {
            free.Add(done);
            if (free.Count == 2)
            {
                InstallState(install.Snapshot, () => free.ForEach(release => release()));
            }
        }

        _logWorker.Do(Join);
        _stateWorker.Do(Join);
    }

    private void InstallState(SnapshotMeta meta, Action done) => _machine.AfterFlush(() =>
    {
        var bytes = _machine.Snapshots.Incoming();
        if (bytes.Length != meta.Size || (Random.NextDouble() < _cluster.Options.Faults.SnapshotFailure && !_cluster.IsHealed))
        {
            _machine.Snapshots.DropIncoming();
            done();
            Happen(new ReplicaEvent.SnapshotRejected(meta));
            return;
        }

        var state = KeyValueState.Decode(bytes);
        SimulationException.Require(state.Applied == meta.Position, $"the snapshot is of {state.Applied}, not of {meta.Position}");
        _machine.Store.Replace(state);
        _cluster.Say(_machine, $"has the state of {Describe.Of(meta.Position)}");
        _cluster.Checks.Replaced(_machine);
        _machine.AfterFlush(() => ResetLog(meta, done));
    });

    private void ResetLog(SnapshotMeta meta, Action done)
    {
        var hardState = _log.HardState with { Commit = meta.Position.Index };
        DurabilityCheck.Resetting(_machine, meta.Position);
        _log.Reset(new LogBase(meta.Position, _machine.Store.Current.Configuration), hardState);
        _machine.Durable.Reset(meta.Position, hardState);
        _machine.Later(SomeTime, () =>
        {
            done();
            Happen(new ReplicaEvent.SnapshotInstalled(meta));
        });
    }
}
