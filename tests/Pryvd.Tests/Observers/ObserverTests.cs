using Pryvd.Api;
using Pryvd.Model;
using Pryvd.Observers;
using Pryvd.Raft;
using Pryvd.Tests.Api;

namespace Pryvd.Tests.Observers;

/// <summary>Observers among real nodes (design.md 5; M2, M7, G3): they have the whole state, answer, and find another upstream.</summary>
public sealed class ObserverTests
{
    [Fact]
    public async Task Observers_have_the_same_state_as_the_members_and_are_in_no_configuration()
    {
        await using var land = await Landscape.WithVotersAsync(3);
        for (var i = 0; i < 4; i++)
        {
            await land.JoinAsync("observer");
        }

        await land.SameStateAsync();

        Assert.Equal(4, land.Observing.Count());
        Assert.All(land.Running, m => Assert.Equal(3, m.Session.Configuration.Members.Count));
        Assert.All(land.Observing, m => Assert.True(Find(m).Member.IsNone));
        Assert.All(land.Observing, m => Assert.Empty(Directory.GetFiles(m.Host.Folder.LogPath)));
    }

    [Fact]
    public async Task An_observer_answers_reads_takes_writes_to_the_leader_and_says_how_it_stands()
    {
        await using var land = await Landscape.WithVotersAsync(1);
        var observer = await land.JoinAsync("observer");

        await land[0].SetAsync("place", "\"here\"");
        var index = await observer.Session.ReadIndexAsync();
        Assert.True(index >= land[0].Session.Store.Applied);
        Assert.Equal("\"here\"", Value(observer, "place"));

        await observer.SetAsync("place", "\"there\"");
        Assert.Equal("\"there\"", Value(land[0], "place"));

        await Within.UntilAsync(() => StatusPage.Of(observer.Host) is { Upstream.Behind: 0, Leader: "n1" });
        var status = StatusPage.Of(observer.Host);
        Assert.Equal(("observer", "running", true, 1), (status.Role, status.State, status.Quorum, status.Observers));
        Assert.Equal(("n1", 1, land[0].Host.Address), (status.Upstream.Name, status.Upstream.Depth, status.Upstream.Address));
        Assert.Equal("n1", Assert.Single(status.Members).Name);
        Assert.Empty(status.Notices);
        Assert.InRange(status.Info.AgeMs, 0, 5_000);
    }

    [Fact]
    public async Task Members_and_observers_that_gave_memory_back_serve_the_same_entries()
    {
        await using var land = await Landscape.WithVotersAsync(1);
        await land.JoinAsync("observer");
        await land.SameStateAsync();
        var after = land[0].Session.Store.Applied;
        await land[0].SetAsync("place", "\"here\"");
        await land.SameStateAsync();

        foreach (var machine in land.Running)
        {
            var before = machine.Session.ReadApplied(after, int.MaxValue)!;
            machine.Session.Trim();
            Assert.NotEmpty(before);
            Assert.Equal(before.Select(entry => entry.Data.ToArray()), machine.Session.ReadApplied(after, int.MaxValue)!.Take(before.Count).Select(entry => entry.Data.ToArray()));
        }
    }

    [Fact]
    public async Task An_upstream_that_goes_is_replaced_by_another()
    {
        await using var land = await Landscape.WithVotersAsync(3);
        var observer = await land.JoinAsync("observer");
        var upstream = await land.UpstreamOfAsync(observer);

        await upstream.StopAsync();
        await land.LeaderAsync();
        await land.SameStateAsync();

        Assert.NotEqual(upstream, await land.UpstreamOfAsync(observer));
    }

    [Fact]
    public async Task In_a_datacenter_without_members_two_pull_from_afar_and_the_others_from_them_and_the_tree_heals()
    {
        await using var land = await Landscape.WithVotersAsync(1);
        var far = new List<Machine>();
        for (var i = 0; i < 4; i++)
        {
            far.Add(await land.JoinAsync("observer", "dc2"));
        }

        far = [.. far.OrderBy(m => m.Host.Identity!.Cluster.NodeId, StringComparer.Ordinal)];
        await RestartAsync(far[2], far[3]);
        await Within.UntilAsync(() => far.Skip(2).All(m => m.Host.Session is ObserverSession { Depth: 2 }));
        Assert.All(await Task.WhenAll(far.Skip(2).Select(land.UpstreamOfAsync)), m => Assert.Equal(far[0], m));

        await far[0].StopAsync();
        await land.SameStateAsync();

        Assert.All(await Task.WhenAll(far.Skip(2).Select(land.UpstreamOfAsync)), m => Assert.Equal(far[1], m));
    }

    [Fact]
    public async Task A_restarted_observer_goes_on_from_where_it_was_and_a_wiped_one_gets_everything_back()
    {
        await using var land = await Landscape.WithVotersAsync(1);
        var observer = await land.JoinAsync("observer");
        await land.SameStateAsync();

        var database = CurrentOf(observer);
        await observer.StopAsync();
        await land[0].SetAsync("meanwhile", "1");
        await observer.StartAsync();
        await land.SameStateAsync();
        Assert.Equal(database, CurrentOf(observer));

        await observer.StopAsync();
        observer.WipeAllButIdentity();
        await observer.StartAsync();
        await Within.UntilAsync(() => observer.Host.Session is ObserverSession);
        await land.SameStateAsync();

        Assert.True(Find(observer).Member.IsNone);
    }

    [Fact]
    public async Task Past_the_members_that_are_wanted_nodes_observe_and_one_becomes_a_candidate_when_a_voter_goes()
    {
        await using var land = await Landscape.WithVotersAsync(3);
        await land[0].SetAsync("pryvd.members", "3");
        var spare = await land.JoinAsync("auto");
        Assert.IsType<ObserverSession>(spare.Session);
        var asked = await land.JoinAsync("observer");

        var leader = await land.LeaderAsync();
        var voter = land.All.Take(3).First(m => m != leader);
        await leader.DecommissionAsync(voter.Name);
        await voter.StopAsync();

        await Within.UntilAsync(() => spare.Host.Session is MemberSession member && member.Configuration.IsVoter(member.LogIdentity.Member));
        await land.SameStateAsync();
        Assert.Equal(NodeState.Ready, Landscape.StateOf(spare));
        Assert.IsType<ObserverSession>(asked.Session);
        Assert.Equal(3, leader.Session.Configuration.Voters.Count());
        Assert.False(File.Exists(spare.Host.Folder.ObserverPath));
    }

    [Fact]
    public async Task After_a_recovery_an_observer_puts_what_it_has_aside_and_follows_the_new_epoch()
    {
        await using var land = await Landscape.WithVotersAsync(3);
        var observer = await land.JoinAsync("observer");
        await land.SameStateAsync();
        var survivor = land[0];
        await land[1].StopAsync();
        await land[2].StopAsync();

        await survivor.Host.ChangeAsync(async () =>
        {
            await RecoverFlow.RunAsync(survivor.Host, (MemberSession)survivor.Session);
            return true;
        });
        await Within.UntilAsync(() => observer.Host.Session is ObserverSession { Epoch.Value: 2 });
        await land.SameStateAsync();
        await Within.UntilAsync(() => Landscape.StateOf(observer) == NodeState.Ready);

        Assert.Single(Directory.GetDirectories(observer.Host.Folder.Path, "before-epoch-*"));
    }

    [Fact]
    public async Task An_observer_that_was_taken_out_gets_nothing_any_more()
    {
        await using var land = await Landscape.WithVotersAsync(1);
        var observer = await land.JoinAsync("observer");
        await land[0].DecommissionAsync(observer.Name);

        await Within.UntilAsync(() => observer.Host.Session is ObserverSession { IsAttached: false });

        await land[0].SetAsync("secret", "1");
        Assert.Null(Value(observer, "secret"));
        Assert.Contains(observer.Log, l => l.Contains("was removed from the cluster", StringComparison.Ordinal));
    }

    private static async Task RestartAsync(params Machine[] machines)
    {
        foreach (var machine in machines)
        {
            await machine.StopAsync();
            await machine.StartAsync();
        }
    }

    private static Node Find(Machine machine) => machine.Session.Store.Read().State.Nodes.Find(new NodeId(machine.Session.NodeId))!;

    /// <summary>Changes with every snapshot that is taken in.</summary>
    private static string CurrentOf(Machine machine) => File.ReadAllText(Path.Combine(machine.Host.Folder.Path, "CURRENT"));

    private static string? Value(Machine machine, string key) =>
        machine.Session.Store.Read().State.Vars.Find(new VarName(VarScope.Cluster, key))?.Json;
}
