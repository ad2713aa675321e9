using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>R8, H4: nobody has a quorum for many dead timeouts.</summary>
[Trait("Category", "Net")]
[Trait("Length", "Long")]
public sealed class LostQuorumComponentTests(ITestOutputHelper output) : BeatingTest(output)
{
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(2);
    private const int Timeouts = 6;

    [LabFact("ip", "nft")]
    [Trait("requirement", "R8")]
    public async Task R8_without_a_quorum_what_is_leased_ends_the_others_go_on_and_all_come_back_by_themselves()
    {
        var network = await FormNetworkAsync(3, Dead);
        var before = Beats.Alive(Waiter).Concat(Beats.Alive(Loose)).ToList();

        var cutAt = Beats.Now;
        network.CutBoth(0, 1);
        network.CutBoth(0, 2);
        network.CutBoth(1, 2);
        await Until.Holds("all that is leased has ended", () => Task.FromResult(Beats.Alive(Leased).Count == 0));
        Measured("cut to the end of the last leased instance", TimeSpan.FromMicroseconds((Beats.Lives(Leased).Max(life => life.Last) - cutAt) / 1000.0));
        await Until.Holds("long enough", () =>
        {
            Assert.Empty(Beats.Alive(Leased));
            return Task.FromResult(Beats.Now - cutAt > Timeouts * Dead.TotalNanoseconds);
        });
        Assert.Equal(Pids(before), Pids([.. Beats.Alive(Waiter), .. Beats.Alive(Loose)]));

        network.Heal();
        Measured("healed to all ready", await Nodes.VotersAsync(3));
        await WholeAsync();
        Beats.RequireNeverTwo(Leased);
        Assert.Equal(Pids(before), Pids([.. Beats.Alive(Waiter), .. Beats.Alive(Loose)]));
        await Nodes.SameDigestAsync();
    }

    private static IEnumerable<int> Pids(IEnumerable<Life> lives) => lives.Select(life => life.Pid).Order();
}
