using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Replication;

namespace Simulation;

/// <summary>One life of a member: the real replica over the real log, and all that a host does for it, each with a delay of its own.</summary>
public sealed partial class SimProcess : IDisposable
{
    private const long QuietTicks = 41;

    private readonly Machine _machine;
    private readonly Cluster _cluster;
    private readonly DurableLog _log;
    private readonly Worker _logWorker = new();
    private readonly Worker _stateWorker = new();
    private readonly Dictionary<long, Action<ReplicaEffect.ProposalDone>> _proposals = [];
    private readonly Dictionary<long, Action<ReplicaEffect.ReadDone>> _reads = [];
    private long _tokens;
    private long _ticks;
    private bool _drainIsDue;

    public SimProcess(Machine machine, Cluster cluster, DurableLog log)
    {
        (_machine, _cluster, _log) = (machine, cluster, log);
        Replica = new Replica(
            log.Identity, log, log.Base, log.Configurations, log.HardState, machine.Store.Current.Applied.Index,
            cluster.Options.Replica, cluster.Random.NextUnsigned());
        Replica.Step(new ReplicaEvent.PolicyChanged(cluster.Options.Policy));
    }

    public Replica Replica { get; }

    public RaftCore Core => Replica.Core;

    private SeededRandom Random => _cluster.Random;

    public void Dispose() => _log.Dispose();

    public void Tick()
    {
        // A host may take a replica's memory back at any time. By a number and not by chance, so that seeds stay what they are.
        if (++_ticks % QuietTicks == 0)
        {
            Replica.Step(new ReplicaEvent.Quieted());
        }

        Happen(new ReplicaEvent.Ticked());
    }

    public void Receive(Message message)
    {
        if (_cluster.Trace.IsOn)
        {
            _cluster.Say(_machine, $"gets {Describe.Of(message)}");
        }

        Happen(new ReplicaEvent.Received(message));
    }

    public void Propose(byte[] command, Action<ReplicaEffect.ProposalDone> reply) =>
        Ask(token => new ReplicaEvent.Proposed(token, command), reply);

    public void Ask(Func<long, ReplicaEvent> question, Action<ReplicaEffect.ProposalDone> reply)
    {
        _proposals[++_tokens] = reply;
        Happen(question(_tokens));
    }

    public void Read(Action<ReplicaEffect.ReadDone> reply)
    {
        _reads[++_tokens] = reply;
        Happen(new ReplicaEvent.ReadAsked(_tokens));
    }

    public long Get(int key) => _machine.Store.Current.Get(key);

    /// <summary>Some hosts look for what is to be done after every event, some after several.</summary>
    private void Happen(ReplicaEvent happened)
    {
        Replica.Step(happened);
        _cluster.Checks.Stepped(_machine);
        if (_drainIsDue)
        {
            return;
        }

        if (Random.NextDouble() < _cluster.Options.Faults.Batching)
        {
            _drainIsDue = true;
            _machine.Later(Random.Next((int)SimOptions.Tick / 4), Drain);
        }
        else
        {
            Drain();
        }
    }

    private void Drain()
    {
        _drainIsDue = false;
        var effects = Replica.Drain();
        _cluster.Checks.Stepped(_machine);
        foreach (var effect in effects)
        {
            CarryOut(effect);
        }
    }

    private void CarryOut(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Send e: Send(e.Message); break;
            case ReplicaEffect.Persist e: _logWorker.Do(done => Persist(e, done)); break;
            case ReplicaEffect.Compact e: _logWorker.Do(done => Compact(e, done)); break;
            case ReplicaEffect.Apply e: _stateWorker.Do(done => Apply(e, done)); break;
            case ReplicaEffect.Checkpoint: Checkpoint(); break;
            case ReplicaEffect.TakeSnapshot: _stateWorker.Do(TakeSnapshot); break;
            case ReplicaEffect.LoadChunk e: Load(e); break;
            case ReplicaEffect.StoreChunk e: Store(e); break;
            case ReplicaEffect.InstallSnapshot e: Install(e); break;
            case ReplicaEffect.ProposalDone e: Answer(e); break;
            case ReplicaEffect.ReadDone e: Answer(e); break;
            default: throw new SimulationException($"no hand for {effect.GetType().Name}");
        }
    }

    private void Send(Message message)
    {
        _cluster.Checks.Sending(_machine, message);
        _cluster.Network.Send(_machine.Number, message);
    }

    private void Answer(ReplicaEffect.ProposalDone done)
    {
        SimulationException.Require(_proposals.Remove(done.Token, out var reply), $"proposal {done.Token} was answered twice");
        reply!(done);
    }

    private void Answer(ReplicaEffect.ReadDone done)
    {
        SimulationException.Require(_reads.Remove(done.Token, out var reply), $"read {done.Token} was answered twice");
        reply!(done);
    }
}
