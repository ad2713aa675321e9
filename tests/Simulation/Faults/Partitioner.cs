using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>Cuts links for a while: in two halves, one machine off, one direction only, or so that one machine alone reaches both halves.</summary>
public sealed class Partitioner(Cluster cluster)
{
    private SeededRandom Random => cluster.Random;

    public void Part()
    {
        var machines = Shuffled();
        if (machines.Count < 2)
        {
            return;
        }

        var links = cluster.Network.Links;
        var cut = 1 + Random.Next(machines.Count - 1);
        switch (Random.Next(4))
        {
            case 0:
                links.Part(machines[..cut], machines[cut..]);
                break;
            case 1:
                links.Part([cluster.Leader()?.Number ?? machines[0]], machines);
                break;
            case 2:
                CutOneWay(machines, cut);
                break;
            default:
                links.Part(machines[1..(1 + (machines.Count / 2))], machines[(1 + (machines.Count / 2))..]);
                break;
        }

        cluster.Trace.Add("net", "is partitioned");
        cluster.Heart.After(Random.Next((int)(8 * cluster.Options.Replica.Raft.ElectionTicks * SimOptions.Tick)), Heal);
    }

    private void Heal()
    {
        cluster.Network.Links.Heal();
        cluster.Trace.Add("net", "is whole");
    }

    private void CutOneWay(List<int> machines, int cut)
    {
        foreach (var from in machines[..cut])
        {
            foreach (var to in machines[cut..])
            {
                cluster.Network.Links.CutOneWay(from, to);
            }
        }
    }

    private List<int> Shuffled()
    {
        var machines = cluster.Machines.Select(m => m.Number).ToList();
        for (var i = machines.Count - 1; i > 0; i--)
        {
            var other = Random.Next(i + 1);
            (machines[i], machines[other]) = (machines[other], machines[i]);
        }

        return machines;
    }
}
