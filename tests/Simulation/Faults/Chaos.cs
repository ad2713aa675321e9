using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;

namespace Simulation;

/// <summary>Lets things go wrong, one after the other and one over the other, until it is told to end.</summary>
public sealed class Chaos
{
    private readonly Cluster _cluster;
    private readonly List<Action> _faults = [];
    private bool _isOver;

    public Chaos(Cluster cluster)
    {
        _cluster = cluster;
        var faults = cluster.Options.Faults;
        Weigh(faults.PowerCuts, () => Down(machine => machine.CutPower()));
        Weigh(faults.Kills, () => Down(machine => machine.Kill("kill -9")));
        Weigh(faults.Pauses, Pause);
        Weigh(faults.Partitions, () => new Partitioner(cluster).Part());
        Weigh(faults.SlowDisks, SlowDisk);
        Weigh(faults.HangingDisks, HangDisk);
        Weigh(faults.FailingFlushes, () => Any().Disk.Faults.FailingFlush = 1 + Random.Next(4));
        Weigh(faults.Transfers, Transfer);
        Weigh(faults.Joins, Join);
        Weigh(faults.Removals, Remove);
        Weigh(faults.Wipes, Wipe);
        Weigh(faults.Blackouts, Blackout);
        Weigh(faults.BitFlips, FlipBit);
    }

    private SeededRandom Random => _cluster.Random;

    private long Election => _cluster.Options.Replica.Raft.ElectionTicks * SimOptions.Tick;

    public void Start()
    {
        if (_faults.Count > 0)
        {
            _cluster.Heart.After(Random.Next((int)(2 * _cluster.Options.Faults.Pace * SimOptions.Tick)), Next);
        }
    }

    /// <summary>No more faults; those under way may end by themselves.</summary>
    public void End() => _isOver = true;

    private void Next()
    {
        if (!_isOver)
        {
            _faults[Random.Next(_faults.Count)]();
            Start();
        }
    }

    private void Weigh(int weight, Action fault) => _faults.AddRange(Enumerable.Repeat(fault, weight));

    private Machine Any() => Random.Next(3) == 0 && _cluster.Leader() is { } leader
        ? leader
        : _cluster.Machines[Random.Next(_cluster.Machines.Count)];

    private void Down(Action<Machine> how)
    {
        var machine = Any();
        how(machine);
        _cluster.StartLater(machine);
    }

    private void Blackout()
    {
        foreach (var machine in _cluster.Machines)
        {
            machine.CutPower();
            _cluster.StartLater(machine);
        }
    }

    private void Pause()
    {
        var machine = Any();
        if (machine.IsUp)
        {
            machine.Pause();
            _cluster.Heart.After(Random.Next((int)(5 * Election)), machine.Resume);
        }
    }

    private void SlowDisk()
    {
        var machine = Any();
        machine.FlushDelay = SimOptions.Tick * (1 + Random.Next(20));
        _cluster.Heart.After(Random.Next((int)(10 * Election)), () => machine.FlushDelay = SimOptions.Tick / 4);
    }

    private void HangDisk()
    {
        var machine = Any();
        machine.HangDisk();
        _cluster.Heart.After(Random.Next((int)(20 * Election)), machine.MendDisk);
    }

    private void Transfer()
    {
        if (_cluster.Leader() is { } leader)
        {
            var to = Random.Next(2) == 0 ? default : _cluster.Machines[Random.Next(_cluster.Machines.Count)].Member;
            leader.Now(() => leader.Process!.Ask(token => new ReplicaEvent.TransferAsked(token, to), _ => { }));
        }
    }

    private void Join()
    {
        if (!_cluster.Operator.IsBusy && _cluster.Settled() is { } settled
            && _cluster.Machines.FirstOrDefault(m => settled.Find(m.Member) is null) is { } spare)
        {
            var wanted = Random.Next(4) == 0 ? (WantedRole)(1 + Random.Next(3)) : WantedRole.Auto;
            _cluster.Operator.Join(spare, wanted);
        }
    }

    private void Remove()
    {
        if (!_cluster.Operator.IsBusy && _cluster.Settled() is { } settled && settled.Members.Count > 1)
        {
            _cluster.Operator.Remove(settled.Members.Keys.ElementAt(Random.Next(settled.Members.Count)));
        }
    }

    private void Wipe()
    {
        if (Expendable() is var (machine, member))
        {
            Lose(machine, member);
        }
    }

    private void FlipBit()
    {
        if (Expendable() is not var (machine, member))
        {
            return;
        }

        if (machine.IsWholeAfterABitFlipped())
        {
            _cluster.StartLater(machine);
        }
        else
        {
            Lose(machine, member);
        }
    }

    /// <summary>A member whose disk may go: never so that a majority of disks would be gone, for that is what forced recovery is for.</summary>
    private (Machine Machine, Member Member)? Expendable()
    {
        if (_cluster.Operator.IsBusy || _cluster.Settled() is not { } settled)
        {
            return null;
        }

        var member = settled.Members.Values.ElementAt(Random.Next(settled.Members.Count));
        return settled.Voters.Count() < 3 && (member.Votes || member.Wanted == WantedRole.Voter)
            ? null
            : (_cluster.Machines.First(m => m.Member == member.Id), member);
    }

    private void Lose(Machine machine, Member member)
    {
        if (Random.Next(2) == 0)
        {
            _cluster.Operator.Rejoin(machine, member);
        }
        else
        {
            _cluster.Operator.RejoinInSteps(machine, member);
        }
    }
}
