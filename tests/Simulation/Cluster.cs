using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;

namespace Simulation;

/// <summary>All machines of a run and what lies between them.</summary>
public sealed class Cluster
{
    private readonly List<Machine> _machines = [];
    private long _names;
    private long _values;

    public Cluster(SimOptions options, bool isTraced)
    {
        Options = options;
        Random = new SeededRandom(options.Seed ^ 0x5eed);
        Heart = new Heart();
        Trace = new Trace(Heart, isTraced);
        Checks = new ClusterChecks(Trace, options);
        Network = new SimNetwork(Heart, Random, Trace, Deliver) { Options = options.Network };
        Operator = new Operator(this);
    }

    public SimOptions Options { get; }

    public SeededRandom Random { get; }

    public Heart Heart { get; }

    public Trace Trace { get; }

    public SimNetwork Network { get; }

    public ClusterChecks Checks { get; }

    public Operator Operator { get; }

    public History History { get; } = new();

    public IReadOnlyList<Machine> Machines => _machines;

    public long NextName() => ++_names;

    public long NextValue() => ++_values;

    public void Say(Machine machine, string what) => Trace.Add(machine.Name, what);

    /// <summary>The first members know each other from the start; spare machines have an empty disk.</summary>
    public void Begin()
    {
        Checks.Voters.MayBeTwo = Options.Voters == 2;
        for (var number = 1; number <= Options.Machines; number++)
        {
            _machines.Add(new Machine(number, this) { TickLength = DrawTickLength() });
        }

        var first = _machines.Take(Options.Members).ToList();
        var configuration = ConfigurationCodec.Encode(new Configuration(first.Select(FirstMember), []));
        first.ForEach(m => m.Format(configuration));
        first.ForEach(m => m.Start());
    }

    /// <summary>What is left of another cluster begins a new epoch; all machines but the first are spare.</summary>
    public void BeginFrom(Machine survivor)
    {
        Checks.Voters.MayBeTwo = true;
        for (var number = 1; number <= Options.Machines; number++)
        {
            _machines.Add(new Machine(number, this));
        }

        _machines[0].Recover(survivor);
        _machines[0].Start();
    }

    /// <summary>The leader of the highest term that is up; there may be others that do not know yet.</summary>
    public Machine? Leader() => _machines
        .Where(m => m.IsUp && m.Process!.Core.Role == RaftRole.Leader)
        .MaxBy(m => m.Process!.Core.Term);

    /// <summary>The configuration when all agree on it and nobody is away; null otherwise.</summary>
    public Configuration? Settled()
    {
        if (Leader()?.Process is not { } leader || leader.Core.Configuration.IsJoint || leader.Core.ConfigurationIndex > leader.Core.Commit)
        {
            return null;
        }

        var members = leader.Core.Configuration.Members.Keys;
        return members.All(id => _machines.Any(m => m.Member == id && m.IsUp && WhyNotWhole.IsSame(m.Process!.Core.Configuration, leader.Core.Configuration)))
            ? leader.Core.Configuration
            : null;
    }

    /// <summary>Some come back before anybody has noticed that they were away.</summary>
    public void StartLater(Machine machine)
    {
        var ticks = Random.Next(3) == 0 ? 1 : 6 * Options.Replica.Raft.ElectionTicks;
        Heart.After(Random.Next((int)(ticks * SimOptions.Tick)), machine.Start);
    }

    /// <summary>Nothing fails any more but by itself.</summary>
    public bool IsHealed { get; private set; }

    /// <summary>No more faults of network, power and disk.</summary>
    public void Heal()
    {
        Trace.Add("all", "heals");
        IsHealed = true;
        Network.Options = NetworkOptions.Healthy;
        Network.Links.Heal();
        foreach (var machine in _machines)
        {
            machine.Disk.Faults.FailingFlush = 0;
            machine.FlushDelay = SimOptions.Tick / 4;
            machine.MendDisk();
            machine.Resume();
            machine.Start();
        }
    }

    private long DrawTickLength() =>
        (long)(SimOptions.Tick * (1 + (((Random.NextDouble() * 2) - 1) * Options.Faults.Drift)));

    private Member FirstMember(Machine machine)
    {
        var role = machine.Number > Options.Voters ? MemberRole.Learner
            : Options.HasWitness && machine.Number == Options.Voters ? MemberRole.Witness
            : MemberRole.Voter;
        var wanted = role == MemberRole.Witness ? WantedRole.Witness : WantedRole.Auto;
        return new Member(machine.NextMember, machine.Name, $"{machine.Name}:7411", role, wanted);
    }

    private void Deliver(int number, Message message)
    {
        var machine = _machines[number - 1];
        if (machine.Process is not null)
        {
            machine.Now(() => machine.Process!.Receive(message));
        }
    }
}
