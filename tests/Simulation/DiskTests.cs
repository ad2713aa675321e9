namespace Simulation;

/// <summary>What single disks do to a cluster that has no other trouble.</summary>
public sealed class DiskTests
{
    private const ulong Seeds = 30;

    /// <summary>Invariant 2: the disk neither fails nor returns, and all messages come through, so that nobody else would ever campaign.</summary>
    [Fact]
    public void A_leader_whose_disk_hangs_costs_a_few_election_timeouts()
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var cluster = Healthy(seed);
            var old = cluster.Leader()!;
            var isWritten = false;
            old.HangDisk();
            new Client(cluster).Write(0, () => isWritten = true);
            Within(cluster, elections: 14, $"seed {seed}: another leads and takes writes", () => isWritten && cluster.Leader() != old);

            cluster.Heal();
            Within(cluster, elections: 20, $"seed {seed}: whole again", () => WhyNotWhole.Tell(cluster) is null);
        }
    }

    /// <summary>A cluster of three that has a leader.</summary>
    private static Cluster Healthy(ulong seed)
    {
        var drawn = SimOptions.FromSeed(seed);
        var cluster = new Cluster(
            drawn with { Machines = 3, Members = 3, Voters = 3, HasWitness = false, Network = NetworkOptions.Healthy, Faults = FaultOptions.None },
            isTraced: false);
        cluster.Begin();
        Within(cluster, elections: 20, $"seed {seed}: somebody leads", () => cluster.Leader()?.Process!.Core.HasCommittedInTerm == true);
        return cluster;
    }

    private static void Within(Cluster cluster, long elections, string what, Func<bool> condition)
    {
        var deadline = cluster.Heart.Now + (elections * cluster.Options.Replica.Raft.ElectionTicks * SimOptions.Tick);
        while (!condition())
        {
            Assert.True(cluster.Heart.Now < deadline && cluster.Heart.Beat(), $"not within {elections} election timeouts: {what}");
        }
    }
}
