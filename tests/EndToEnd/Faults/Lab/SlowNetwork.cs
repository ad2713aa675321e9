using System.Diagnostics;
using EndToEnd.Harness;

namespace EndToEnd.Faults.Lab;

/// <summary>Hosts in namespaces on a userspace switch that holds frames back, pair by pair.</summary>
public sealed class SlowNetwork : IDisposable
{
    private const int Terminate = 15;
    private static int _made;

    private readonly string _prefix = $"ps{Environment.ProcessId}x{Interlocked.Increment(ref _made)}";
    private readonly Process _switch;
    private readonly int _hosts;

    /// <param name="hosts">How many.</param>
    /// <param name="delays">As switch.py takes them: FROM-TO=MILLISECONDS one way, hosts from 1 on.</param>
    public SlowNetwork(int hosts, params string[] delays)
    {
        _hosts = hosts;
        string[] line = [Shell.Script("switch.py"), _prefix, $"{hosts}", .. delays];
        _switch = Process.Start(new ProcessStartInfo("python3", line) { RedirectStandardOutput = true })!;
        Orphans.Adopt(_switch);
        Assert.Equal("ready", _switch.StandardOutput.ReadLine());
    }

    public Habitat[] Habitats => [.. Enumerable.Range(1, _hosts).Select(host => LabNetwork.HabitatIn($"{_prefix}-{host}", $"10.78.0.{host}"))];

    public void Dispose()
    {
        Signals.Send(_switch, Terminate);
        _switch.WaitForExit();
        _switch.Dispose();
    }
}
