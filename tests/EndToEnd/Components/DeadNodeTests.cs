using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>H2, H4, R3, R8: a whole node dies, stands still, or comes back.</summary>
[Trait("Category", "Net")]
public sealed class DeadNodeTests(ITestOutputHelper output) : BeatingTest(output)
{
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AllowedOfLeader = Allowed + TimeSpan.FromSeconds(2);

    [Theory]
    [Trait("requirement", "H2")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task H2_what_may_move_from_a_killed_node_runs_elsewhere_in_time_and_routes_name_no_dead_one(bool isLeader)
    {
        await FormAsync();
        var leader = await Nodes.LeaderAsync();
        var victim = isLeader ? leader : Nodes.Nodes.First(node => node != leader);
        var others = Nodes.Others(victim);
        var (leased, loose, waiter) = (On(victim, Leased), On(victim, Loose), On(victim, Waiter));
        var limit = Dead + (isLeader ? AllowedOfLeader : Allowed);

        var killedAt = Beats.Now;
        NodeProcesses.KillAll(victim);
        var routed = others.Select(other => UnroutedAsync(other, victim)).ToList();
        var moved = await Task.WhenAll(ElsewhereAsync(leased.Instance, victim), ElsewhereAsync(loose.Instance, victim));
        var took = TimeSpan.FromMicroseconds((moved.Max(life => life.First) - killedAt) / 1000.0);
        var unrouted = TimeSpan.FromMicroseconds(((await Task.WhenAll(routed)).Max() - killedAt) / 1000.0);
        Measured($"{(isLeader ? "leader" : "follower")} killed to what may move running elsewhere, dead timeout {Dead.TotalSeconds} s", took);
        Measured("killed to no route naming it", unrouted);
        Assert.True(took <= limit, $"it took {took.TotalMilliseconds:F0} ms, allowed are {limit.TotalMilliseconds:F0}");
        Assert.True(unrouted <= limit, $"routes named it for {unrouted.TotalMilliseconds:F0} ms, allowed are {limit.TotalMilliseconds:F0}");
        Beats.RequireNeverTwo(Leased);
        Beats.RequireNeverTwo(Loose);

        await victim.StartAsync();
        await Nodes.VotersAsync(3);
        await WholeAsync();
        Assert.Equal(victim.Name, Beats.Alive(waiter.Instance).Single().Node);
        Assert.DoesNotContain(Beats.Lives(leased.Instance), life => life.Node == victim.Name && life.First > killedAt);
        Beats.RequireNeverTwo(Leased);
        Beats.RequireNeverTwo(Waiter);
        await Nodes.SameDigestAsync();
    }

    [Fact]
    [Trait("Length", "Long")]
    [Trait("requirement", "H4")]
    public async Task H4_a_machine_that_stood_still_ends_what_is_not_its_own_as_soon_as_it_goes_on()
    {
        await FormAsync();
        var victim = Nodes.Others(await Nodes.LeaderAsync())[0];
        var (leased, waiter) = (On(victim, Leased), On(victim, Waiter));

        NodeProcesses.PauseAll(victim);
        var pausedAt = Beats.Now;
        var next = await ElsewhereAsync(leased.Instance, victim);
        Measured("paused to the leased instance running elsewhere", TimeSpan.FromMicroseconds((next.First - pausedAt) / 1000.0));
        Assert.Equal(leased.Pid, NodeProcesses.Components(victim, leased.Instance).Single());

        // The components first and the guard last, the worst order: what they write until they are killed has the lower token.
        var wokenAt = Beats.Now;
        NodeProcesses.ResumeAll(victim);
        await Until.Holds("the former one is gone", () => Task.FromResult(!NodeProcesses.IsAlive(leased.Pid)));
        var overlap = TimeSpan.FromMicroseconds(Math.Max(0, Beats.Lives(leased.Instance).Single(life => life.Pid == leased.Pid).Last - wokenAt) / 1000.0);
        Measured("woken to the last word of the former one", overlap);
        Assert.True(overlap < TimeSpan.FromSeconds(1), $"the guard fences at its first instant; it took {overlap.TotalMilliseconds:F0} ms");
        Assert.True(next.Generation > leased.Generation);

        await Nodes.VotersAsync(3);
        await WholeAsync();
        Assert.Single(Beats.Lives(waiter.Instance));
        Assert.Equal(next.Node, Beats.Alive(leased.Instance).Single().Node);
        await Nodes.SameDigestAsync();
    }

    [Fact]
    [Trait("Length", "Long")]
    [Trait("requirement", "R8")]
    public async Task R8_a_killed_daemon_costs_what_is_leased_and_a_killed_guard_too_but_the_others_go_on()
    {
        await FormAsync();
        var node = Nodes.Others(await Nodes.LeaderAsync())[0];
        var (leased, waiter) = (On(node, Leased), On(node, Waiter));

        var killedAt = Beats.Now;
        node.Kill();
        await Until.Holds("its lease ends without a daemon", () => Task.FromResult(!NodeProcesses.IsAlive(leased.Pid)));
        Measured("daemon killed to the end of its leased instance", TimeSpan.FromMicroseconds((Beats.Now - killedAt) / 1000.0));
        await ElsewhereAsync(leased.Instance, node);
        await node.StartAsync();
        await Nodes.VotersAsync(3);
        await WholeAsync();
        Assert.Equal(waiter.Pid, On(node, Waiter).Pid);

        var held = Beats.Alive(Leased).First();
        var (host, pid) = (Nodes.Nodes.Single(n => n.Name == held.Node), held.Pid);
        var others = Beats.Alive(Waiter).Where(life => life.Node == host.Name).Select(life => life.Pid).ToList();
        Signals.Send(NodeProcesses.Guard(host)!.Value, Signals.Kill);
        await Until.Holds("what is leased ends with its guard", () => Task.FromResult(!NodeProcesses.IsAlive(pid)));
        await Until.Holds("the daemon says what it lost", () => Task.FromResult(host.Log.Read().Any(line => line.Contains(held.Instance, StringComparison.Ordinal) && line.Contains("Lost", StringComparison.Ordinal))));
        await WholeAsync();
        Assert.All(others, other => Assert.True(NodeProcesses.IsAlive(other)));
        Beats.RequireNeverTwo(Leased);
        Beats.RequireNeverTwo(Waiter);
    }

    [Fact]
    [Trait("Length", "Long")]
    [Trait("requirement", "R8")]
    public async Task Invariant_9_a_planned_restart_ends_and_moves_nothing_and_its_grace_is_over_when_the_daemon_is_back()
    {
        await FormAsync();
        var node = Nodes.Others(await Nodes.LeaderAsync())[0];
        var other = Nodes.Others(node)[0];
        var (leased, loose, waiter) = (On(node, Leased), On(node, Loose), On(node, Waiter));

        var stoppedAt = Beats.Now;
        Assert.Equal(0, await node.TerminateAsync());
        await Until.Holds("it is away for two dead timeouts", () => Task.FromResult(Beats.Now - stoppedAt > 2 * Dead.TotalNanoseconds));
        await node.StartAsync();
        var backAt = Beats.Now;
        await Nodes.VotersAsync(3);
        await Until.Holds("the grace is over", async () => (await other.Cli("event", "list")).Ok().Out.Contains("the planned stop is over", StringComparison.Ordinal));
        Measured("back to the end of the grace", TimeSpan.FromMicroseconds((Beats.Now - backAt) / 1000.0));
        Assert.Equal([leased.Pid, loose.Pid, waiter.Pid], new[] { On(node, Leased).Pid, On(node, Loose).Pid, On(node, Waiter).Pid });
        Assert.All(new[] { leased, loose, waiter }, life => Assert.Single(Beats.Lives(life.Instance)));

        var killedAt = Beats.Now;
        NodeProcesses.KillAll(node);
        var next = await ElsewhereAsync(leased.Instance, node);
        var took = TimeSpan.FromMicroseconds((next.First - killedAt) / 1000.0);
        Measured("killed right after a planned restart to its leased instance running elsewhere", took);
        Assert.True(took <= Dead + Allowed, $"it took {took.TotalMilliseconds:F0} ms");
        Beats.RequireNeverTwo(Leased);
    }

    [Fact]
    [Trait("Length", "Long")]
    [Trait("requirement", "R3")]
    public async Task Invariant_11_a_home_without_its_marker_is_data_lost_until_somebody_brings_it_back()
    {
        await FormAsync();
        var node = Nodes.Others(await Nodes.LeaderAsync())[0];
        var (waiter, other) = (On(node, Waiter), Nodes.Others(node)[0]);
        var home = HomeOf(node, waiter.Instance);
        await File.WriteAllTextAsync(Path.Combine(home, "precious"), "data");

        NodeProcesses.KillAll(node);
        Directory.Move(home, home + ".unmounted");
        Directory.CreateDirectory(home);
        await node.StartAsync();
        await Until.Holds("it is said that its data is lost", async () => (await NextAsync(other, waiter.Instance)).Contains("is lost", StringComparison.Ordinal), Patience);
        Assert.Empty(Beats.Alive(waiter.Instance));
        Assert.Empty(Directory.GetFileSystemEntries(home));

        Directory.Delete(home);
        Directory.Move(home + ".unmounted", home);
        (await other.Cli("component", "restart", waiter.Instance)).Ok();
        await WholeAsync();
        Assert.Equal("data", await File.ReadAllTextAsync(Path.Combine(home, "precious")));
        Beats.RequireNeverTwo(Waiter);
    }

    private async Task FormAsync()
    {
        await Nodes.FormThreeAsync();
        await RunAllAsync(Dead);
    }

    /// <summary>When the node's table last named the dead one, on the clock of the beats.</summary>
    private static async Task<long> UnroutedAsync(Node at, Node dead)
    {
        await Until.Holds($"no route of {at.Name} names {dead.Name}", async () =>
            !(await RoutesAsync(at, Leased)).Contains(dead.Name) && !(await RoutesAsync(at, Loose)).Contains(dead.Name) && !(await RoutesAsync(at, Waiter)).Contains(dead.Name));
        return Beats.Now;
    }
}
