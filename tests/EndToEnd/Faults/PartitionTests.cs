using EndToEnd.Faults.Lab;
using EndToEnd.Faults.Recording;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>Invariants 1 and 6, M7: the network between three real daemons breaks in every way that a network can, while clients read and write at all of them.</summary>
[Trait("Category", "Faults")]
public sealed class PartitionTests(ITestOutputHelper output) : ClusterTest(output)
{
    [LabFact("ip", "nft")]
    public Task M7_the_leader_is_cut_off_both_ways() => UnderAsync(async (network, leader) =>
    {
        network.Isolate(leader);
        await AnotherLeadsAsync(leader);
    });

    [LabFact("ip", "nft")]
    public Task M7_the_leader_is_heard_but_hears_nobody() => UnderAsync(async (network, leader) =>
    {
        network.OthersThan(leader).ToList().ForEach(other => network.Cut(other, leader));
        await AnotherLeadsAsync(leader);
    });

    [LabFact("ip", "nft")]
    public Task M7_the_leader_hears_all_but_nobody_hears_it() => UnderAsync(async (network, leader) =>
    {
        network.OthersThan(leader).ToList().ForEach(other => network.Cut(leader, other));
        await AnotherLeadsAsync(leader);
    });

    /// <summary>The leader and one follower lose sight of each other, and the third sees both: the term may move, but writes go on.</summary>
    [LabFact("ip", "nft")]
    public Task M7_one_node_sees_two_that_do_not_see_each_other() => UnderAsync(async (network, leader) =>
    {
        network.CutBoth(leader, network.OthersThan(leader).First());
        await RecordedAsync(150);
    });

    [LabFact("ip", "nft")]
    public Task M7_links_that_flap() => UnderAsync(async (network, _) =>
    {
        for (var round = 0; round < 6; round++)
        {
            network.PlugOut(round % 3);
            await RecordedAsync(15);
            network.PlugIn(round % 3);
        }
    });

    private Recorder? Recorded { get; set; }

    /// <summary>Three nodes, clients at all; then the fault; then, healed, all must be well and no client may have seen what cannot be.</summary>
    private async Task UnderAsync(Func<LabNetwork, int, Task> fault)
    {
        var network = Own(new LabNetwork(3));
        await Nodes.FormAsync(network.Habitats);
        await using var recorder = new Recorder(Nodes.Nodes);
        Recorded = recorder;
        await RecordedAsync(100);
        await fault(network, await LeaderNumberAsync());
        await RecordedAsync(60);
        network.Heal();
        Measured("healed to all ready again", await Nodes.VotersAsync(3));
        await RecordedAsync(60);
        await recorder.JudgeAsync();
        await Nodes.SameDigestAsync();
        Output.WriteLine(recorder.Summary());
    }

    private Task RecordedAsync(int writes) => Recorded!.MoreWritesAsync(writes);

    private async Task<int> LeaderNumberAsync() => Nodes.Nodes.ToList().IndexOf(await Nodes.LeaderAsync());

    private async Task AnotherLeadsAsync(int old) => Measured("another leads", await Until.Holds("another leads", async () =>
    {
        var others = await Task.WhenAll(Nodes.Nodes.Where((_, i) => i != old).Select(n => n.TryStatusAsync()));
        return others.All(s => s is { Quorum: true } && s.Leader != Nodes[old].Name);
    }));
}
