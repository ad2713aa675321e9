using System.Globalization;
using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Faults.Lab;

/// <summary>Hosts in namespaces on a bridge of their own; hosts are numbered from 0, as nodes are.</summary>
public sealed class LabNetwork : IDisposable
{
    private const int PeerPort = 7411;
    private static int _made;

    private readonly string _prefix = $"pv{Environment.ProcessId}x{Interlocked.Increment(ref _made)}";
    private readonly int _hosts;

    public LabNetwork(int hosts)
    {
        _hosts = hosts;
        Script("up", Text(hosts));
    }

    /// <summary>A place for a daemon on each host.</summary>
    public Habitat[] Habitats => [.. Enumerable.Range(0, _hosts).Select(host => HabitatIn($"{_prefix}-{host + 1}", $"10.77.0.{host + 1}"))];

    /// <summary>A daemon's place in a namespace, at an address there.</summary>
    public static Habitat HabitatIn(string ns, string address) => new()
    {
        Entrance = ["nsenter", $"--net=/run/netns/{ns}"],
        Listen = new IPEndPoint(IPAddress.Parse(address), PeerPort),
    };

    /// <summary>What <paramref name="from"/> sends does not reach <paramref name="to"/> any more.</summary>
    public void Cut(int from, int to) => Script("cut", Text(from + 1), Text(to + 1));

    public void CutBoth(int a, int b)
    {
        Cut(a, b);
        Cut(b, a);
    }

    public void Isolate(int host)
    {
        foreach (var other in OthersThan(host))
        {
            CutBoth(host, other);
        }
    }

    public void PlugOut(int host) => Script("link", Text(host + 1), "down");

    public void PlugIn(int host) => Script("link", Text(host + 1), "up");

    public void Heal() => Script("heal", Text(_hosts));

    public IEnumerable<int> OthersThan(int host) => Enumerable.Range(0, _hosts).Where(other => other != host);

    public void Dispose() => Script("down", Text(_hosts));

    private void Script(string verb, params string[] arguments) => Shell.Run("bash", [Shell.Script("net.sh"), verb, _prefix, .. arguments]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
