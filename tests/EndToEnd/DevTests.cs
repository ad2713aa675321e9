using System.Diagnostics;
using System.Globalization;
using EndToEnd.Faults.Lab;
using EndToEnd.Harness;

namespace EndToEnd;

/// <summary>M1: a whole cluster for trying things out leaves nothing running, however it is ended. In a network of its own, because its ports are fixed.</summary>
[Collection(nameof(RealDaemons))]
public sealed class DevTests : IDisposable
{
    private readonly LabNetwork _network = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-dev-").FullName;

    [LabTheory("ip", "nft", "setsid")]
    [InlineData(Signals.Terminate, Signals.Terminate)]
    [InlineData(Signals.Kill)]
    public async Task M1_no_daemon_outlives_dev_however_it_ends(params int[] signals)
    {
        using var dev = PryvdProgram.Start(["dev", "--nodes", "1", "--data-dir", _folder], entrance: _network.Habitats[0].Entrance);
        Orphans.Adopt(dev);
        dev.OutputDataReceived += (_, _) => { };
        dev.BeginOutputReadLine();
        await Until.Holds("the daemon runs", () => Task.FromResult(File.Exists(Path.Combine(_folder, "n1.sock"))));
        Assert.NotEmpty(Daemons());
        foreach (var signal in signals)
        {
            Signals.Send(dev, signal);
        }

        await Until.Holds("no daemon is left", () => Task.FromResult(!Daemons().Any()));
        await dev.WaitForExitAsync();
    }

    public void Dispose()
    {
        foreach (var left in Daemons())
        {
            using var process = Process.GetProcessById(left);
            process.Kill();
        }

        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Whoever was started with a folder of this test; dev itself names only the one above.</summary>
    private IEnumerable<int> Daemons()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && LineOf(folder).Contains($"{_folder}/n1\0", StringComparison.Ordinal))
            {
                yield return id;
            }
        }
    }

    private static string LineOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}
