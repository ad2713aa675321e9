using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>R1, R2, R3, R8, H1, H2: components on real daemons, with a real guard and real processes.</summary>
public sealed class RunningTests(ITestOutputHelper output) : ClusterTest(output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("requirement", "R1")]
    public async Task R1_an_applied_component_is_healthy_on_three_nodes_and_outlives_a_killed_daemon()
    {
        await Nodes.FormThreeAsync();
        await ApplyAsync(Web("web", 3, "wait"));
        var node = Nodes[1];
        var before = Nodes.Nodes.ToDictionary(n => n.Name, n => NodeProcesses.Components(n));
        Assert.All(before.Values, pids => Assert.NotEmpty(pids));

        node.Kill();
        Assert.All(before[node.Name], pid => Assert.True(NodeProcesses.IsAlive(pid)));
        await node.StartAsync();
        var found = await Until.Holds("the daemon finds what runs", () => Task.FromResult(node.Log.Read().Any(l => l.Contains("was found and goes on", StringComparison.Ordinal))));
        Measured("from the answering socket to the runs found again", found);
        Assert.True(found < TimeSpan.FromSeconds(10), "the machine may be busy; the measured time is for the reader");
        await HealthyAsync("web", 3);
        Assert.Equal(before[node.Name], NodeProcesses.Components(node));

        // A planned stop leaves it running, too.
        Assert.Equal(0, await node.TerminateAsync());
        Assert.Equal(before[node.Name], NodeProcesses.Components(node));
        await node.StartAsync();
        await HealthyAsync("web", 3);
        Assert.Equal(before[node.Name], NodeProcesses.Components(node));
    }

    [Fact]
    [Trait("requirement", "R5")]
    public async Task R5_another_count_or_check_restarts_nothing_that_stays_and_another_command_everything()
    {
        await Nodes.FormOneAsync();
        await ApplyAsync(Web("web", 2, "wait"));
        var first = NodeProcesses.Components(Nodes[0], "web/0");
        var second = NodeProcesses.Components(Nodes[0], "web/1");
        Assert.Single(first);

        await ApplyAsync(Web("web", 3, "wait", every: "700ms"));
        await HealthyAsync("web", 3);
        Assert.Equal(first, NodeProcesses.Components(Nodes[0], "web/0"));
        Assert.Equal(second, NodeProcesses.Components(Nodes[0], "web/1"));

        await ApplyAsync(Web("web", 1, "wait"));
        await Until.Holds("web/0 is left alone", () => Task.FromResult(NodeProcesses.Components(Nodes[0]).Count == 1), Patience);
        Assert.Equal(first, NodeProcesses.Components(Nodes[0], "web/0"));

        await ApplyAsync(Web("web", 1, "wait", every: "700ms", command: "bin/serve, again"));
        Assert.NotEqual(first, NodeProcesses.Components(Nodes[0], "web/0"));
        await HealthyAsync("web", 1);
    }

    [Fact]
    [Trait("requirement", "H2")]
    public async Task H2_what_may_move_runs_elsewhere_when_its_node_dies_and_what_waits_does_not()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("var", "set", "pryvd.dead_timeout_ms=2000")).Ok();
        await ApplyAsync(Web("mover", 1, "anywhere"));
        await ApplyAsync(Web("waiter", 3, "wait"));
        var home = (await InstancesAsync("mover")).Single().GetProperty("node").GetString()!;
        var dead = Nodes.Nodes.Single(n => n.Name == home);
        var asked = Nodes.Nodes.First(n => n != dead);

        NodeProcesses.KillAll(dead);
        var killed = Stopwatch.GetTimestamp();
        await Until.Holds("mover/0 is healthy elsewhere", async () => (await InstancesAsync("mover", asked)).Any(i => i.GetProperty("node").GetString() != home && IsHealthy(i)), Patience);
        Measured("node death to its instance healthy elsewhere, at a dead timeout of 2 s", Stopwatch.GetElapsedTime(killed));
        Assert.Contains(await InstancesAsync("waiter", asked), i => i.GetProperty("node").GetString() == home && i.GetProperty("state").GetString() == "unknown");

        await dead.StartAsync();
        await HealthyAsync("waiter", 3);
        Assert.Empty(NodeProcesses.Components(dead, "mover/0"));
        var waited = (await InstancesAsync("waiter")).Single(i => i.GetProperty("node").GetString() == home).GetProperty("id").GetString()!;
        await Until.Holds("what waited runs again", () => Task.FromResult(NodeProcesses.Components(dead, waited).Count == 1), Patience);
    }

    [Fact]
    [Trait("requirement", "M6")]
    public async Task M6_a_drained_node_is_left_by_what_may_go_and_a_cordoned_one_takes_nothing_until_they_are_restored()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("node", "cordon", "n3")).Ok();
        await ApplyAsync(Web("mover", 2, "anywhere"));
        await ApplyAsync(Web("waiter", 2, "wait"));
        Assert.DoesNotContain("n3", await HomesAsync("mover"));
        var waiting = (await InstancesAsync("waiter")).Single(i => i.GetProperty("node").GetString() == "n2").GetProperty("id").GetString()!;

        var drained = await Nodes[0].CliJson("node", "drain", "n2", "--timeout", "40s", "--cause", "a new disk");
        Assert.Equal(0, drained.ExitCode);
        Assert.Equal([waiting], drained.Json.GetProperty("stays").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(["n1", "n1"], await HomesAsync("mover"));
        Assert.NotEmpty(NodeProcesses.Components(Nodes[1], waiting));
        var shown = (await Nodes[0].CliJson("node", "show", "n2")).Json;
        Assert.Equal(("draining", "a new disk"), (shown.GetProperty("state").GetString(), shown.GetProperty("history").EnumerateArray().Last(step => step.GetProperty("to").GetString() == "draining").GetProperty("cause").GetString()));

        (await Nodes[0].Cli("node", "restore", "n3")).Ok();
        (await Nodes[0].Cli("node", "drain", "n1", "--timeout", "40s")).Ok();
        Assert.Equal(["n3", "n3"], await HomesAsync("mover"));
        (await Nodes[0].Cli("node", "restore", "n1")).Ok();
        (await Nodes[0].Cli("node", "restore", "n2")).Ok();
        await HealthyAsync("mover", 2);
        Assert.Equal(["n3", "n3"], await HomesAsync("mover"));
    }

    [Fact]
    [Trait("requirement", "H5")]
    public async Task H5_a_component_that_exits_at_once_is_called_a_crash_loop_and_the_cluster_stays_calm()
    {
        await Nodes.FormOneAsync();
        var file = Nodes[0].PathOf("crash.yaml");
        await File.WriteAllTextAsync(file, "component: crash\ncommand: [sh, -c, \"exit 3\"]\n");

        (await Nodes[0].Cli("component", "apply", file, "--yes", "--detach")).Ok();
        await Until.Holds("crash/0 is in a crash loop", async () => (await InstancesAsync("crash")).Any(i => i.GetProperty("state").GetString() == "crash_loop"), Patience);

        var instance = (await InstancesAsync("crash")).Single();
        Assert.Contains("exit code 3", instance.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await Nodes[0].Cli("component", "delete", "crash", "--yes")).Ok();
        await Until.Holds("nothing of it is left", async () => (await Nodes[0].Cli("component", "show", "crash")).ExitCode == 4, Patience);
    }

    private static bool IsHealthy(JsonElement instance) => instance.GetProperty("state").GetString() == "healthy";

    private async Task ApplyAsync(string file) => (await Nodes[0].Cli("component", "apply", file, "--yes", "--timeout", "40s")).Ok();

    private Task HealthyAsync(string component, int count) => Until.Holds(
        $"{count} healthy instances of {component}", async () => (await InstancesAsync(component)).Count(IsHealthy) == count, Patience);

    private async Task<IReadOnlyList<string?>> HomesAsync(string component) => [.. (await InstancesAsync(component)).Select(i => i.GetProperty("node").GetString())];

    private async Task<IReadOnlyList<JsonElement>> InstancesAsync(string component, Node? node = null)
    {
        var shown = await (node ?? Nodes.Running.First()).CliJson("component", "show", component, "--stale");
        return shown.ExitCode == 0 ? [.. shown.Json.GetProperty("component").GetProperty("instances").EnumerateArray()] : [];
    }

    /// <summary>A component whose artifact is a script that lives until it is ended, and is well once it has written into its folder.</summary>
    private string Web(string name, int count, string home, string every = "500ms", string command = "bin/serve")
    {
        var folder = Directory.CreateDirectory(Nodes[0].PathOf(name)).FullName;
        Archive(Path.Combine(folder, "web.tar.gz"));
        var yaml = Path.Combine(folder, $"{name}.yaml");
        File.WriteAllText(
            yaml,
            $$"""
            component: {{name}}
            count: {{count}}
            artifact: web.tar.gz
            command: [{{command}}]
            prepare:
              - command: [sh, -c, "test -x bin/serve"]
            checks:
              - command: [test, -e, "${PRYVD_DATA}/started"]
                every: {{every}}
            home: {{home}}

            """);
        return yaml;
    }

    /// <summary>Made once: an archive made again is another artifact.</summary>
    private static void Archive(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        using var content = new MemoryStream("#!/bin/sh\necho $PRYVD_INSTANCE > \"$PRYVD_DATA/started\"\nexec sleep 100000\n"u8.ToArray());
        using var file = File.Create(path);
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/serve") { DataStream = content, Mode = (UnixFileMode)0b111_101_101 });
    }
}
