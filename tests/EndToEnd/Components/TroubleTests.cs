using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>
/// R1, H5, V5: an order that cannot be carried out fails or is tried again within bounds, says what and where, and touches nothing else.
/// Archives that are hostile and checksums that are wrong are tested in UnpackerTests and ArtifactFetchTests.
/// </summary>
public sealed class TroubleTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int ArtifactBytes = 40 << 20;
    private const int ManyFiles = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private IReadOnlyList<int> _beside = [];

    [LabFact("mkfs.ext4", "mount", "fallocate", "stat")]
    [Trait("requirement", "R1")]
    public async Task R1_what_finds_no_room_on_its_node_says_so_leaves_the_others_alone_and_runs_when_there_is_room()
    {
        var disk = Own(new LabDisk(400, inodes: 4_000));
        await Nodes.FormAsync(Habitat.Plain, Habitat.Plain, disk.Habitat);
        await RunBesideAsync("n3");
        File.WriteAllBytes(Nodes[0].PathOf("big.bin"), RandomNumberGenerator.GetBytes(ArtifactBytes));
        WriteArchive(Nodes[0].PathOf("many.tar.gz"));

        disk.LeaveMegabytes(30);
        await BeginAsync("big", "artifact: big.bin\nconstraints: [{ tag: node, is: n3 }]");
        await FailedAsync("big", "disk", disk.Mount);
        Assert.True(disk.FreeMegabytes > 20, "the log and the state of the node need what is left");
        await OthersGoOnAsync(Nodes[2]);
        disk.MakeRoom();
        await HealthyAsync("big");

        disk.LeaveInodes(ManyFiles / 2);
        await BeginAsync("many", "artifact: many.tar.gz\nconstraints: [{ tag: node, is: n3 }]");
        await FailedAsync("many", "disk", disk.Mount, "is full");
        await Until.Holds("what was unpacked is gone again", () => Task.FromResult(disk.FreeInodes > ManyFiles / 3), Patience);
        await OthersGoOnAsync(Nodes[2]);
        disk.MakeRoom();
        await HealthyAsync("many");
        await OthersGoOnAsync(Nodes[2]);
    }

    [Fact]
    [Trait("requirement", "R1")]
    public async Task R1_a_user_who_is_not_there_is_named_and_a_corrected_file_is_carried_out()
    {
        await Nodes.FormOneAsync();
        await RunBesideAsync("n1");

        await BeginAsync("stray", "user: nobody-of-this-name");
        await FailedAsync("stray", "nobody-of-this-name", "useradd");
        await OthersGoOnAsync(Nodes[0]);

        await BeginAsync("stray", "");
        await HealthyAsync("stray");
        await OthersGoOnAsync(Nodes[0]);
    }

    [Fact]
    [Trait("requirement", "H5")]
    public async Task H5_what_finds_its_port_taken_is_a_crash_loop_whose_output_says_why_and_recovers_when_the_port_is_free()
    {
        await Nodes.FormOneAsync();
        await RunBesideAsync("n1");
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await BeginAsync(
            "server",
            $$"""
            ports: { http: {{port}} }
            checks: [{ http: / }]
            restart: { first_delay: 100ms, last_delay: 500ms, loop_crashes: 3, loop_window: 6s }
            """,
            "/usr/bin/python3, -m, http.server, \"${PRYVD_PORT_HTTP}\", --bind, 127.0.0.1");
        await Until.Holds("server/0 is in a crash loop", async () => await StateAsync("server") is ("crash_loop", _), Patience);
        Assert.Contains("exit code 1", (await StateAsync("server")).Detail, StringComparison.Ordinal);
        Assert.Contains("Address already in use", (await Nodes[0].Cli("logs", "server/0", "-n", "5")).Ok().Out, StringComparison.Ordinal);
        await OthersGoOnAsync(Nodes[0]);

        other.Stop();
        await HealthyAsync("server");
        await OthersGoOnAsync(Nodes[0]);
    }

    [Fact]
    [Trait("requirement", "R1")]
    public async Task R1_a_prepare_step_that_hangs_is_ended_at_its_timeout_with_all_that_it_started_said_and_tried_again()
    {
        await Nodes.FormOneAsync();
        await RunBesideAsync("n1");
        var started = Nodes[0].PathOf("started");

        await BeginAsync(
            "hanging",
            $$"""
            prepare:
              - command: [sh, -c, "(sleep 100001 > /dev/null 2>&1 & echo $! >> {{started}}); sleep 100002"]
                timeout: 1s
            """);
        await FailedAsync("hanging", "Prepare step 1 of 1 (sh) did not end within 1000 ms", Nodes[0].DataDir);
        await Until.Holds("it is tried again", () => Task.FromResult(File.ReadAllLines(started).Length >= 2), Patience);
        await OthersGoOnAsync(Nodes[0]);

        await BeginAsync("hanging", "prepare: [[\"true\"]]");
        await HealthyAsync("hanging");
        var strays = File.ReadAllLines(started).Select(line => int.Parse(line, CultureInfo.InvariantCulture));
        Assert.DoesNotContain(strays, NodeProcesses.IsAlive);
        await OthersGoOnAsync(Nodes[0]);
    }

    [Fact]
    [Trait("requirement", "V5")]
    public async Task V5_logs_are_followed_from_another_node_without_gap_or_repeat_over_the_death_of_the_instances_daemon()
    {
        await Nodes.FormThreeAsync();
        await BeginAsync("counter", "constraints: [{ tag: node, is: n3 }]", "sh, -c, \"i=0; while :; do echo line $i; i=$((i+1)); sleep 0.02; done\"");
        await HealthyAsync("counter");
        await Until.Holds("there are old lines", async () => Numbers((await Nodes[0].Cli("logs", "counter/0", "-n", "20")).Out.Split('\n')).Count == 20, Patience);

        using var logs = new CliLines(Nodes[0], "logs", "counter/0", "-f", "-n", "5");
        await Until.Holds("old and new lines are shown", () => Task.FromResult(Numbers(logs.Lines).Count > 20), Patience);
        Nodes[2].Kill();
        await Until.Holds("it is said that the node cannot be reached", () => Task.FromResult(logs.Lines.Any(l => l.StartsWith("[pryvd: ", StringComparison.Ordinal) && l.Contains("n3", StringComparison.Ordinal))), Patience);
        var last = Numbers(logs.Lines)[^1];
        await Nodes[2].StartAsync();
        await Until.Holds("the lines go on", () => Task.FromResult(Numbers(logs.Lines)[^1] > last + 50), Patience);

        var numbers = Numbers(logs.Lines);
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
        Assert.False(logs.HasEnded);
    }

    /// <summary>What the counter printed; other lines are the program's own words.</summary>
    private static List<int> Numbers(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..], CultureInfo.InvariantCulture))];

    /// <summary>A component that has no trouble.</summary>
    private async Task RunBesideAsync(string node)
    {
        await BeginAsync("beside", $"constraints: [{{ tag: node, is: {node} }}]");
        await HealthyAsync("beside");
        _beside = NodeProcesses.Components(Nodes.Nodes.Single(n => n.Name == node), "beside/0");
        Assert.Single(_beside);
    }

    /// <summary>The daemon takes part, and the component beside runs as it ran.</summary>
    private async Task OthersGoOnAsync(Node node)
    {
        (await node.Cli("var", "set", $"seen={DateTime.UtcNow.Ticks}")).Ok();
        Assert.Equal("healthy", (await StateAsync("beside")).State);
        Assert.Equal(_beside, NodeProcesses.Components(node, "beside/0"));
    }

    private async Task BeginAsync(string name, string more, string command = "sleep, \"100000\"")
    {
        var file = Nodes[0].PathOf($"{name}.yaml");
        await File.WriteAllTextAsync(file, $"component: {name}\ncommand: [{command}]\n{more}\n");
        (await Nodes[0].Cli("component", "apply", file, "--yes", "--detach")).Ok();
    }

    private Task HealthyAsync(string component) =>
        Until.Holds($"{component}/0 is healthy", async () => await StateAsync(component) is ("healthy", _), Patience);

    private async Task FailedAsync(string component, params string[] says)
    {
        await Until.Holds($"{component}/0 has failed", async () => await StateAsync(component) is ("failed", _), Patience);
        var (_, detail) = await StateAsync(component);
        Assert.All(says, text => Assert.Contains(text, detail, StringComparison.Ordinal));
    }

    private async Task<(string State, string Detail)> StateAsync(string component)
    {
        var shown = await Nodes[0].CliJson("component", "show", component);
        var instance = shown.ExitCode == 0 ? shown.Json.GetProperty("component").GetProperty("instances").EnumerateArray().FirstOrDefault() : default;
        return instance.ValueKind == JsonValueKind.Object ? (instance.GetProperty("state").GetString()!, instance.GetProperty("detail").GetString()!) : ("", "");
    }

    private static void WriteArchive(string path)
    {
        using var file = File.Create(path);
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        for (var i = 0; i < ManyFiles; i++)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"files/{i}"));
        }
    }
}
