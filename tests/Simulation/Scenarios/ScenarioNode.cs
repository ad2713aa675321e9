using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Wire;
using Simulation.Disk;

namespace Simulation.Scenarios;

/// <summary>A member whose disk and state machine do at once what they are asked, unless the disk is held.</summary>
internal sealed class ScenarioNode
{
    private static readonly Guid ClusterId = new("5f0c3c5e-3c0e-4a55-9a53-0c1f3a8d7e11");

    private readonly ScenarioWorld _world;
    private readonly SimDisk _disk = new(1);
    private readonly Queue<ReplicaEffect.Persist> _held = new();
    private readonly SnapshotFolder _snapshots = new();
    private DurableLog? _log;
    private KeyValueState _state;
    private int _starts;

    public ScenarioNode(int number, ScenarioWorld world, ReadOnlyMemory<byte> configuration, IReadOnlyList<long> terms, long term)
    {
        (Number, _world) = (number, world);
        _state = KeyValueState.Initial(configuration);
        var entries = terms.Select((term, i) => new Entry(new LogIndex(i + 1), new Term(term), EntryKind.Noop, default)).ToList();
        var start = new LogBase(LogPosition.Zero, configuration);
        var identity = new LogIdentity(ClusterId, new MemberId((ulong)number), Epoch.First);
        using (var log = DurableLog.Create(_disk, identity, start, default, new LogOptions(8192)))
        {
            log.Append(new HardState(new Term(term), MemberId.None, LogIndex.Zero), entries);
            log.Flush();
        }

        Start();
    }

    public int Number { get; }

    public Replica? Replica { get; private set; }

    public bool HoldsDisk { get; set; }

    public void Start()
    {
        _log = DurableLog.Open(_disk, new LogOptions(8192));
        Replica = new Replica(
            _log.Identity, _log, _log.Base, _log.Configurations, _log.HardState, _state.Applied.Index, _world.Options,
            (ulong)((Number * 100) + _starts++));
        Replica.Step(new ReplicaEvent.PolicyChanged(_world.Policy));
    }

    /// <summary>Power is lost: what was not flushed may be gone, and all that the process knew is.</summary>
    public void Crash()
    {
        _log!.Dispose();
        (_log, Replica) = (null, null);
        _held.Clear();
        _disk.Crash();
    }

    public void Step(ReplicaEvent happened)
    {
        Replica!.Step(happened);
        Drain();
    }

    public void Flush()
    {
        HoldsDisk = false;
        while (_held.TryDequeue(out var write))
        {
            Persist(write);
        }
    }

    public string Status()
    {
        if (Replica is null)
        {
            return $"{Number} is down";
        }

        var core = Replica.Core;
        var leader = core.Leader.IsNone ? "none" : core.Leader.ToString();
        return $"{Number} {core.Role} term {core.Term} leader {leader} last {Describe.Of(core.LastPosition)} commit {core.Commit} applied {Replica.Applied} {Describe.Of(core.Configuration)}";
    }

    public string Entries()
    {
        if (Replica?.Core is not { } core)
        {
            return $"{Number} is down";
        }

        var entries = new List<string>();
        for (var index = core.Start.Index.Next(); index <= core.LastIndex; index = index.Next())
        {
            entries.Add($"{index}/{core.TermAt(index)}");
        }

        return $"{Number} after {Describe.Of(core.Start)} [{string.Join(" ", entries)}]";
    }

    private void Drain()
    {
        IReadOnlyList<ReplicaEffect> effects;
        do
        {
            effects = Replica!.Drain();
            foreach (var effect in effects)
            {
                CarryOut(effect);
            }
        }
        while (effects.Count > 0 && Replica is not null);
        _world.Notice(this);
    }

    private void CarryOut(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Send e: _world.Post(e.Message); break;
            case ReplicaEffect.Persist e when HoldsDisk: _held.Enqueue(e); break;
            case ReplicaEffect.Persist e: Persist(e); break;
            case ReplicaEffect.Compact e: Compact(e.Index); break;
            case ReplicaEffect.Apply e: Apply(e.Entries); break;
            case ReplicaEffect.Checkpoint: Replica!.Step(new ReplicaEvent.Checkpointed(_state.Applied.Index)); break;
            case ReplicaEffect.TakeSnapshot: TakeSnapshot(); break;
            case ReplicaEffect.LoadChunk e: Load(e); break;
            case ReplicaEffect.StoreChunk e: Store(e); break;
            case ReplicaEffect.InstallSnapshot e: Install(e.Snapshot); break;
            case ReplicaEffect.ProposalDone e: _world.Say($"{Number} proposal {e.Token}: {e.Status} {e.Index} {e.Reason}".TrimEnd()); break;
            case ReplicaEffect.ReadDone e: _world.Say($"{Number} read {e.Token}: {(e.Index is null ? "failed" : $"as of {e.Index}")}"); break;
            default: throw new SimulationException($"no hand for {effect.GetType().Name}");
        }
    }

    private void Persist(ReplicaEffect.Persist write)
    {
        _log!.Append(write.HardState, write.Entries);
        _log.Flush();
        Replica!.Step(new ReplicaEvent.Persisted(write.Batch));
        Drain();
    }

    private void Compact(LogIndex index)
    {
        _log!.CompactTo(index);
        _world.Say($"{Number} compacts to {index}");
    }

    private void Apply(IReadOnlyList<Entry> entries)
    {
        var results = entries.Select(entry => _state.Apply(entry)).ToList();
        _world.Say($"{Number} applies {string.Join(" ", entries.Select(Describe.Of))}");
        Replica!.Step(new ReplicaEvent.Applied(entries[^1].Index, results));
    }

    private void TakeSnapshot()
    {
        var bytes = _state.Encode();
        var meta = new SnapshotMeta(_state.Applied, ConfigurationCodec.Decode(_state.Configuration), bytes.Length, Number);
        _snapshots.Keep(meta, bytes);
        _world.Say($"{Number} takes a snapshot at {Describe.Of(meta.Position)}");
        Replica!.Step(new ReplicaEvent.SnapshotTaken(meta));
    }

    private void Load(ReplicaEffect.LoadChunk load) => Replica!.Step(new ReplicaEvent.ChunkLoaded(
        load.To, load.Snapshot, load.Offset, _snapshots.Load(load.Snapshot, load.Offset, load.Length)));

    private void Store(ReplicaEffect.StoreChunk store) => Replica!.Step(new ReplicaEvent.ChunkStored(
        store.Snapshot, _snapshots.Store(store.Snapshot, store.Offset, store.Data.Span)));

    private void Install(SnapshotMeta meta)
    {
        _state = KeyValueState.Decode(_snapshots.Incoming());
        _log!.Reset(new LogBase(meta.Position, _state.Configuration), _log.HardState with { Commit = meta.Position.Index });
        _world.Say($"{Number} installs {Describe.Of(meta.Position)}");
        Replica!.Step(new ReplicaEvent.SnapshotInstalled(meta));
    }
}
