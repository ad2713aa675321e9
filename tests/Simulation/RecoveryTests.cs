using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;

namespace Simulation;

/// <summary>M11: a majority is lost for good in the middle of chaos, and one survivor goes on in a new epoch.</summary>
public sealed class RecoveryTests
{
    private const ulong Seeds = 80;

    /// <summary>A register that nobody wrote before.</summary>
    private const int Untouched = 1000;

    [Fact]
    public void M11_from_whatever_chaos_leaves_a_survivor_goes_on_alone_loses_nothing_it_knew_to_be_committed_and_takes_others_in()
    {
        var recovered = 0;
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            try
            {
                recovered += Recover(seed) ? 1 : 0;
            }
            catch (SimulationException broken)
            {
                throw new SimulationException($"seed {seed}: {broken.Message}", broken);
            }
        }

        Assert.True(recovered > (int)Seeds / 2, $"only {recovered} of {Seeds} runs had a survivor with a state");
    }

    /// <summary>False when nobody had a state yet.</summary>
    private static bool Recover(ulong seed)
    {
        var options = OptionsOf(seed);
        var old = AfterChaos(options);
        if (old.Machines.Where(m => m.Store.Current.Applied.Index > LogIndex.Zero).MaxBy(m => m.Durable.Last) is not { } survivor)
        {
            return false;
        }

        var known = Committed(survivor, options);
        var cluster = new Cluster(options with { Machines = 3, Network = NetworkOptions.Healthy, Faults = FaultOptions.None }, isTraced: false);
        cluster.BeginFrom(survivor);
        Within(cluster, "it leads alone", () => cluster.Leader() is { } leader && leader.Process!.Core.HasCommittedInTerm);
        var core = cluster.Machines[0].Process!.Core;
        foreach (var (index, term) in known)
        {
            SimulationException.Require(core.TermAt(index) == term, $"{index}/{term} was known to be committed and is {core.TermAt(index)} now");
        }

        foreach (var spare in cluster.Machines.Skip(1))
        {
            cluster.Operator.Join(spare, WantedRole.Auto);
            Within(cluster, $"{spare.Name} is a member", () => !cluster.Operator.IsBusy);
        }

        // The state remembers the clients of before, and what they wrote.
        for (var used = old.NextName(); cluster.NextName() < used;)
        {
        }

        var isDone = false;
        var client = new Client(cluster);
        client.Write(Untouched, () => client.Read(Untouched, () => isDone = true));
        Within(cluster, "three vote, all have the same state, clients are served", () =>
            isDone && WhyNotWhole.Tell(cluster) is null && cluster.Leader()!.Process!.Core.Configuration.Voters.Count() == 3);
        cluster.History.RequireLinearizable();
        return true;
    }

    /// <summary>The log is never cut, so that the checks of the new epoch see all of it.</summary>
    private static SimOptions OptionsOf(ulong seed)
    {
        var drawn = SimOptions.FromSeed(seed);
        return drawn with
        {
            Machines = Math.Max(drawn.Machines, 3),
            Policy = drawn.Policy with { TargetVoters = 3 },
            Replica = drawn.Replica with { CheckpointEntries = int.MaxValue },
        };
    }

    private static Cluster AfterChaos(SimOptions options)
    {
        var cluster = new Cluster(options, isTraced: false);
        var chaos = new Chaos(cluster);
        cluster.Begin();
        for (var i = 0; i < options.Clients; i++)
        {
            Work(cluster, new Client(cluster));
        }

        chaos.Start();
        while (cluster.Heart.Now < options.ChaosTicks * SimOptions.Tick / 2 && cluster.Heart.Beat())
        {
        }

        foreach (var machine in cluster.Machines)
        {
            machine.CutPower();
            machine.Disk.Faults.FailingFlush = 0;
        }

        return cluster;
    }

    private static void Work(Cluster cluster, Client client) =>
        client.Write(cluster.Random.Next(cluster.Options.Keys), () => cluster.Heart.After(SimOptions.Tick, () => Work(cluster, client)));

    /// <summary>What the survivor itself knows to be committed; what only the others knew is lost, as an operator is told.</summary>
    private static List<(LogIndex Index, Term Term)> Committed(Machine survivor, SimOptions options)
    {
        using var log = DurableLog.Open(survivor.Disk, options.Log);
        var known = new List<(LogIndex, Term)>();
        for (var index = log.First; index <= LogIndex.Max(log.HardState.Commit, survivor.Store.Current.Applied.Index) && index <= log.Last; index = index.Next())
        {
            known.Add((index, log.TermAt(index)));
        }

        return known;
    }

    private static void Within(Cluster cluster, string what, Func<bool> condition)
    {
        var deadline = cluster.Heart.Now + (cluster.Options.ConvergenceTicks * SimOptions.Tick);
        while (!condition())
        {
            SimulationException.Require(cluster.Heart.Now < deadline && cluster.Heart.Beat(), $"not within {cluster.Options.ConvergenceTicks} ticks: {what}");
        }
    }
}
