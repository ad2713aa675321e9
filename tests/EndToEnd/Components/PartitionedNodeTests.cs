using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>H4, R3, R8: a node of three is cut off. Times are those that the components wrote themselves.</summary>
[Trait("Category", "Net")]
public sealed class PartitionedNodeTests(ITestOutputHelper output) : BeatingTest(output)
{
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(2);

    public enum Side
    {
        Both,

        /// <summary>Nobody hears it.</summary>
        Mute,

        /// <summary>It hears nobody.</summary>
        Deaf,
    }

    [LabFact("ip", "nft")]
    [Trait("requirement", "H4")]
    public Task H4_the_leader_is_cut_off_and_what_it_held_on_leases_ends_there_before_it_starts_elsewhere() => CutAsync(Side.Both, isLeader: true);

    [LabTheory("ip", "nft")]
    [Trait("Length", "Long")]
    [Trait("requirement", "H4")]
    [InlineData(Side.Both, false)]
    [InlineData(Side.Mute, false)]
    [InlineData(Side.Deaf, false)]
    [InlineData(Side.Mute, true)]
    [InlineData(Side.Deaf, true)]
    public Task H4_a_node_is_cut_off_both_ways_or_one_way(Side side, bool isLeader) => CutAsync(side, isLeader);

    private async Task CutAsync(Side side, bool isLeader)
    {
        var network = await FormNetworkAsync(3, Dead);
        var leader = await Nodes.LeaderAsync();
        var victim = isLeader ? leader : Nodes.Nodes.First(node => node != leader);
        var other = Nodes.Others(victim)[0];
        var (leased, loose, waiter) = (On(victim, Leased), On(victim, Loose), On(victim, Waiter));

        var cutAt = Beats.Now;
        Cut(network, Nodes.Nodes.ToList().IndexOf(victim), side);
        var next = await ElsewhereAsync(leased.Instance, victim);
        await ElsewhereAsync(loose.Instance, victim);
        var ended = Beats.Lives(leased.Instance).Single(life => life.Pid == leased.Pid);
        Measured("cut to the end of the leased instance on the cut node", TimeSpan.FromMicroseconds((ended.Last - cutAt) / 1000.0));
        Measured("from there to its start elsewhere", TimeSpan.FromMicroseconds((next.First - ended.Last) / 1000.0));
        Assert.True(next.Generation > leased.Generation, "the fencing token grows");
        Beats.RequireNeverTwo(Leased);

        Assert.Equal(waiter.Pid, On(victim, Waiter).Pid);
        Assert.Single(Beats.Lives(waiter.Instance));
        Assert.Contains("home policy is to wait", await NextAsync(other, waiter.Instance), StringComparison.Ordinal);
        Assert.Equal(loose.Pid, On(victim, Loose).Pid);
        Assert.DoesNotContain(victim.Name, await RoutesAsync(other, Waiter));
        Assert.DoesNotContain(victim.Name, await RoutesAsync(other, Loose));

        network.Heal();
        Measured("healed to all ready", await Nodes.VotersAsync(3));
        await WholeAsync();
        Beats.RequireNeverTwo(Leased);
        Beats.RequireNeverTwo(Waiter);
        Assert.Single(Beats.Lives(waiter.Instance));
        await Until.Holds("what is not the node's own any more is cleaned up", () => Task.FromResult(!Directory.Exists(ScratchOf(victim, leased.Instance)) && !Directory.Exists(ScratchOf(victim, loose.Instance))));
        Assert.True(Directory.Exists(HomeOf(victim, waiter.Instance)));
        await Nodes.SameDigestAsync();
    }

    private static void Cut(LabNetwork network, int host, Side side)
    {
        foreach (var other in network.OthersThan(host))
        {
            if (side != Side.Deaf)
            {
                network.Cut(host, other);
            }

            if (side != Side.Mute)
            {
                network.Cut(other, host);
            }
        }
    }
}
