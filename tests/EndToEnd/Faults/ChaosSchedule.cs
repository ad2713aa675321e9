using EndToEnd.Faults.Lab;
using EndToEnd.Harness;

namespace EndToEnd.Faults;

/// <summary>Faults drawn from a seed, one after the other, on daemons in namespaces. A machine has at most one fault of its own at a time.</summary>
internal sealed class ChaosSchedule(int seed, IReadOnlyList<Node> nodes, LabNetwork network, Action<string> tell)
{
    private static readonly TimeSpan LongestFault = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestCalm = TimeSpan.FromMilliseconds(700);

    private readonly Random _random = new(seed);
    private readonly HashSet<int> _frozen = [];

    /// <summary>Breaks something, lets it be broken for a while, and mends it, sometimes only after the next.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        using var end = new CancellationTokenSource(time);
        while (!end.IsCancellationRequested)
        {
            Break(_random.Next(nodes.Count));
            await WaitAsync(LongestFault, end.Token);
            if (_random.Next(3) > 0)
            {
                await MendAsync();
                await WaitAsync(LongestCalm, end.Token);
            }
        }

        await MendAsync();
    }

    /// <summary>All networks whole, all processes awake, all daemons up.</summary>
    public async Task MendAsync()
    {
        network.Heal();
        foreach (var node in Enumerable.Range(0, nodes.Count))
        {
            network.PlugIn(node);
            if (_frozen.Remove(node))
            {
                nodes[node].Resume();
            }
        }

        await Task.WhenAll(nodes.Where(n => !n.IsRunning).Select(n => n.StartAsync()));
    }

    private void Break(int node)
    {
        var fault = _random.Next(7);
        tell($"fault {fault} at {nodes[node].Name}");
        switch (fault)
        {
            case 0 or 1: Kill(node); break;
            case 2: Freeze(node); break;
            case 3: network.Isolate(node); break;
            case 4: network.Cut(node, Other(node)); break;
            case 5: network.PlugOut(node); break;
            default: Enumerable.Range(0, nodes.Count).Where(_ => _random.Next(2) == 0).ToList().ForEach(Kill); break;
        }
    }

    private void Kill(int node)
    {
        _frozen.Remove(node);
        if (nodes[node].IsRunning)
        {
            nodes[node].Kill();
        }
    }

    private void Freeze(int node)
    {
        if (nodes[node].IsRunning && _frozen.Add(node))
        {
            nodes[node].Pause();
        }
    }

    private int Other(int node) => (node + 1 + _random.Next(nodes.Count - 1)) % nodes.Count;

    /// <summary>How long a fault lasts is drawn from the seed; it is part of the schedule, not a wait for anything.</summary>
    private async Task WaitAsync(TimeSpan longest, CancellationToken end)
    {
        var time = longest * _random.NextDouble();
        await Task.Delay(time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
