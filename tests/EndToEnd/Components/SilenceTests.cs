using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>H6: silence of much of the cluster at once is taken for a fault of the listener.</summary>
[Trait("Category", "Net")]
[Trait("Length", "Long")]
public sealed class SilenceTests(ITestOutputHelper output) : BeatingTest(output)
{
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(2);

    [Fact]
    [Trait("requirement", "H6")]
    public async Task H6_four_of_seven_nodes_fall_silent_at_once_and_nobody_is_called_dead_until_most_are_heard_again()
    {
        await Nodes.FormThreeAsync();
        for (var i = 0; i < 4; i++)
        {
            var node = await Nodes.StartAsync();
            (await node.JoinAsync(Nodes[0], await TestCluster.TokenAsync(Nodes[0]))).Ok();
        }

        await Until.Holds("seven nodes are ready", async () => (await Nodes[0].TryStatusAsync())?.Members.Count(member => member.State == "ready") == 7, Patience);
        await RunAllAsync(Dead);
        var silent = await SilentAsync();
        var lives = Beats.Alive(Leased).Concat(Beats.Alive(Loose)).Concat(Beats.Alive(Waiter)).Where(life => silent.All(node => node.Name != life.Node)).ToList();
        var gone = On(silent[0], Leased);

        silent.ForEach(node => node.Pause());
        var leader = await Nodes.LeaderAsync();
        await Until.Holds("the leader says that it pauses", () => Task.FromResult(leader.Log.Holds("fell silent at once")));
        var pausedAt = Beats.Now;
        await Until.Holds("three dead timeouts have passed", async () =>
        {
            Assert.All(silent, node => Assert.True(StateAsync(leader, node).Result is "ready" or "", $"{node.Name} was called silent"));
            return await Task.FromResult(Beats.Now - pausedAt > 3 * Dead.TotalNanoseconds);
        });
        Assert.Contains("no node is called silent now", await NextAsync(leader, gone.Instance), StringComparison.Ordinal);
        Assert.All(Beats.Lives(Leased), life => Assert.DoesNotContain(Beats.Lives(Leased), other => other.Instance == life.Instance && other.Node != life.Node));

        // One stays away: now it is the one that is dead.
        silent.Skip(1).ToList().ForEach(node => node.Resume());
        await ElsewhereAsync(gone.Instance, silent[0]);
        await Until.Holds("it is dead", async () => await StateAsync(leader, silent[0]) == "dead");
        Assert.All(silent.Skip(1), node => Assert.Equal("ready", StateAsync(leader, node).Result));
        silent[0].Resume();
        await WholeAsync();
        Beats.RequireNeverTwo(Leased);
        Beats.RequireNeverTwo(Waiter);
        Assert.All(lives, life => Assert.True(NodeProcesses.IsAlive(life.Pid)));
    }

    /// <summary>Four nodes that do not vote.</summary>
    private async Task<List<Node>> SilentAsync()
    {
        var members = (await Nodes[0].StatusAsync()).Members;
        return [.. Nodes.Nodes.Where(node => members.Single(member => member.Name == node.Name) is { Role: not "voter" }).Take(4)];
    }
}
