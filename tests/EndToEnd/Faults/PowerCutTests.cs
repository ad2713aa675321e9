using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>Invariant 2, M2, M3: the power goes under writing clients; what was acknowledged is there afterwards, and the database is whole.</summary>
[Trait("Category", "Faults")]
public sealed class PowerCutTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int Clients = 16;
    private const int DiskMegabytes = 256;

    /// <summary>Nobody else has what this node forgets, so the disk alone must hold it.</summary>
    [LabFact("mkfs.ext4", "mount", "sqlite3")]
    public async Task M3_a_node_alone_loses_its_power_again_and_again()
    {
        var disk = Own(new LabDisk(DiskMegabytes));
        await Nodes.FormAsync(disk.Habitat);
        await using var writers = new Writers(Clients, Nodes[0]);
        for (var cut = 0; cut < 3; cut++)
        {
            await writers.MoreAsync(300);
            await CutAsync((Nodes[0], disk));
            await Nodes.VotersAsync(1);
        }

        await SettledAsync(writers, disk);
    }

    [LabFact("mkfs.ext4", "mount", "sqlite3")]
    public async Task M2_the_leader_of_three_loses_its_power()
    {
        var disks = await OnDisksAsync();
        await using var writers = new Writers(Clients, [.. Nodes.Nodes]);
        await writers.MoreAsync(500);
        var leader = Nodes.Nodes.ToList().IndexOf(await Nodes.LeaderAsync());
        await CutAsync((Nodes[leader], disks[leader]));
        await SettledAsync(writers, disks);
    }

    [LabFact("mkfs.ext4", "mount", "sqlite3")]
    public async Task M2_all_three_lose_their_power_at_once()
    {
        var disks = await OnDisksAsync();
        await using var writers = new Writers(Clients, [.. Nodes.Nodes]);
        await writers.MoreAsync(500);
        await CutAsync([.. Nodes.Nodes.Zip(disks)]);
        await SettledAsync(writers, disks);
    }

    private async Task<LabDisk[]> OnDisksAsync()
    {
        var disks = Enumerable.Range(0, 3).Select(_ => Own(new LabDisk(DiskMegabytes))).ToArray();
        await Nodes.FormAsync([.. disks.Select(d => d.Habitat)]);
        return disks;
    }

    private static async Task CutAsync(params (Node Node, LabDisk Disk)[] machines)
    {
        foreach (var (_, disk) in machines)
        {
            disk.CutPower();
        }

        foreach (var (node, disk) in machines)
        {
            node.MakeSureItIsDead();
            disk.Restart();
        }

        await Task.WhenAll(machines.Select(m => m.Node.StartAsync()));
    }

    private async Task SettledAsync(Writers writers, params LabDisk[] disks)
    {
        await Nodes.VotersAsync(Nodes.Nodes.Count);
        await writers.MoreAsync(100);
        await writers.StopAsync();
        await Nodes.SameDigestAsync();
        foreach (var node in Nodes.Nodes)
        {
            await writers.HoldOnAsync(node);
        }

        Assert.All(disks, disk => RequireIntact(Path.Combine(disk.Mount, "data")));
        Output.WriteLine($"{writers.Acknowledged} writes acknowledged");
    }

    private static void RequireIntact(string folder)
    {
        var database = Path.Combine(folder, File.ReadAllText(Path.Combine(folder, "CURRENT")).Trim());
        Assert.Equal("ok", Shell.Run("sqlite3", database, "PRAGMA integrity_check").Trim());
    }
}
