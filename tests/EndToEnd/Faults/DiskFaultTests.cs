using System.Text;
using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>
/// Invariant 3: a node whose disk is full, fails or has changed what was written stops or refuses, says what and where, and never
/// answers from what it cannot rely on; the others go on, and once mended it catches up.
/// </summary>
[Trait("Category", "Faults")]
public sealed class DiskFaultTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const string Needle = "needle-in-the-database";

    [LabFact("mkfs.ext4", "mount", "dd")]
    public async Task Invariant_3_a_leader_whose_disk_is_full_stops_and_comes_back_when_there_is_room()
    {
        var disk = Own(new LabDisk(96));
        await Nodes.FormAsync(disk.Habitat, Habitat.Plain, Habitat.Plain);
        await using var writers = await WritersBesideAsync(Nodes[0]);
        disk.Fill();
        await StopsAsync(Nodes[0], "full");
        await writers.MoreAsync(300);

        disk.MakeRoom();
        await CatchesUpAsync(Nodes[0], writers);
    }

    [LabTheory("gcc")]
    [InlineData("/log/", "Input/output error")]
    [InlineData("/state-", "state-")]
    public async Task Invariant_3_a_leader_whose_flush_fails_stops_and_comes_back_when_the_disk_is_mended(string files, string says)
    {
        var flushes = Own(new FailingFlushes());
        await Nodes.FormAsync(flushes.Habitat, Habitat.Plain, Habitat.Plain);
        await using var writers = await WritersBesideAsync(Nodes[0]);
        flushes.Fail(files);
        await StopsAsync(Nodes[0], says);
        await writers.MoreAsync(300);

        flushes.Mend();
        await CatchesUpAsync(Nodes[0], writers);
    }

    /// <summary>The disk neither fails nor returns: the others would follow for ever, and no write would be answered.</summary>
    [LabFact("gcc")]
    public async Task Invariant_3_a_leader_whose_disk_hangs_makes_way_and_catches_up_when_it_is_back()
    {
        var flushes = Own(new FailingFlushes());
        await Nodes.FormAsync(flushes.Habitat, Habitat.Plain, Habitat.Plain);
        await using var writers = await WritersBesideAsync(Nodes[0]);
        Assert.Equal(Nodes[0], await Nodes.LeaderAsync());
        flushes.Hang("/log/");
        Measured("disk hangs to another leader", await Until.Holds(
            "another node leads", async () => await Nodes.LeaderAsync() != Nodes[0]));
        await writers.MoreAsync(300);

        flushes.Mend();
        await CaughtUpAsync(Nodes[0], writers);
    }

    [LabFact]
    public async Task Invariant_3_a_bit_that_flipped_in_the_log_is_reported_and_a_wiped_log_comes_back_from_the_peers()
    {
        await Nodes.FormThreeAsync();
        await using var writers = await WritersBesideAsync(Nodes[0]);
        await Nodes[0].TerminateAsync();
        var segment = Directory.GetFiles(Path.Combine(Nodes[0].DataDir, "log")).Order(StringComparer.Ordinal).First();
        Flip(segment, 9_000);
        Nodes[0].Launch();
        await StopsAsync(Nodes[0], Path.GetFileName(segment), "damaged at offset", "rejoin");
        await writers.MoreAsync(300);

        Directory.Delete(Path.Combine(Nodes[0].DataDir, "log"), recursive: true);
        await CatchesUpAsync(Nodes[0], writers);
    }

    [LabFact]
    public async Task Invariant_3_a_bit_that_flipped_in_the_database_is_reported_and_a_wiped_state_comes_back_from_the_peers()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[1].Cli("var", "set", $"needle={Needle}")).Ok();
        await using var writers = await WritersBesideAsync(Nodes[0]);
        await Nodes[0].TerminateAsync();
        var database = Path.Combine(Nodes[0].DataDir, File.ReadAllText(Path.Combine(Nodes[0].DataDir, "CURRENT")).Trim());
        Flip(database, Find(database, Needle));
        Nodes[0].Launch();
        await StopsAsync(Nodes[0], Path.GetFileName(database), "identity");
        await writers.MoreAsync(300);

        Nodes[0].Wipe(keepIdentity: true);
        await CatchesUpAsync(Nodes[0], writers);
    }

    private async Task<Writers> WritersBesideAsync(Node node)
    {
        var writers = new Writers(16, [.. Nodes.Others(node)]);
        await writers.MoreAsync(300);
        return writers;
    }

    /// <summary>It ends, with an exit code and words that say so.</summary>
    private async Task StopsAsync(Node node, params string[] says)
    {
        Assert.Equal(1, await node.EndsAsync());
        var fatal = node.Log.Read().LastOrDefault(line => line.Contains(" fatal ", StringComparison.Ordinal)) ?? "nothing fatal";
        Output.WriteLine($"{node.Name} said: {fatal}");
        Assert.All(says, text => Assert.Contains(text, fatal, StringComparison.OrdinalIgnoreCase));
    }

    private async Task CatchesUpAsync(Node node, Writers writers)
    {
        await node.StartAsync();
        await CaughtUpAsync(node, writers);
    }

    private async Task CaughtUpAsync(Node node, Writers writers)
    {
        Measured("mended to all ready again", await Nodes.VotersAsync(3));
        await writers.StopAsync();
        await Nodes.SameDigestAsync();
        await writers.HoldOnAsync(node);
    }

    private static void Flip(string path, long offset)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var flipped = (byte)(file.ReadByte() ^ 4);
        file.Position = offset;
        file.WriteByte(flipped);
    }

    private static long Find(string path, string text)
    {
        var at = File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at > 0, $"{text} does not stand in {path}");
        return at;
    }
}
