using System.Diagnostics;
using Benchmarks.Products;
using Benchmarks.Scenarios;
using Grpc.Core;
using Pryv.V1;

namespace Benchmarks.Components;

/// <summary>Fifty real daemons on this machine: what they take of it, and how soon a dead one is noticed (G3, H2).</summary>
internal sealed class FiftyBench(BenchOptions options, TextWriter output)
{
    private const int Count = 50;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(CancellationToken stop)
    {
        output.WriteLine($"{Count} daemons on one machine; load when it began: {File.ReadAllText("/proc/loadavg").Trim()}");
        var began = Stopwatch.GetTimestamp();
        await using var nodes = await Nodes.FormAsync(options.Pryvd, options.Directory, Count, stop);
        output.WriteLine($"  formed, joined one after the other, in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        await Task.Delay(Calm, stop);
        output.WriteLine($"  memory of all: {nodes.All.Sum(node => node.ProportionalMegabytes()) / 1000:F2} GB (shared pages once); resident of each: {Median.Of(nodes.All.Select(node => node.Daemon.ResidentMegabytes())):F0} MB (aim: 4 GB of all)");
        output.WriteLine($"  processor of all while nobody asks for anything: {await ProcessorAsync(nodes, stop):F0} % of one core");
        var (unreachable, dead) = await NoticedAsync(nodes, stop);
        output.WriteLine($"  a killed node is called unreachable after {Spread.Of(unreachable)}");
        output.WriteLine($"  and dead, at a dead timeout of 5 s, after {Spread.Of(dead)}");
        output.WriteLine("For comparison, measured on this class of machine: serf with 50 agents notices after 9.5 s");
    }

    private static async Task<double> ProcessorAsync(Nodes nodes, CancellationToken stop)
    {
        var before = nodes.All.Sum(node => node.Daemon.ProcessorTime().TotalSeconds);
        var since = Stopwatch.GetTimestamp();
        await Task.Delay(Calm, stop);
        return (nodes.All.Sum(node => node.Daemon.ProcessorTime().TotalSeconds) - before) / Stopwatch.GetElapsedTime(since).TotalSeconds * 100;
    }

    private async Task<(List<double> Unreachable, List<double> Dead)> NoticedAsync(Nodes nodes, CancellationToken stop)
    {
        var (unreachable, dead) = (new List<double>(), new List<double>());
        for (var i = 0; i < options.Pairs; i++)
        {
            var victim = nodes.All[^(i + 1)];
            using var watch = new Pryv.V1.Nodes.NodesClient(nodes.All[0].Channel).WatchNodes(new WatchNodesRequest(), cancellationToken: stop);
            var first = SeenAsync(watch.ResponseStream, victim.Name, stop);
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
            var died = Stopwatch.GetTimestamp();
            victim.KillAll();
            var seen = await first.WaitAsync(Patience, stop);
            unreachable.Add(Stopwatch.GetElapsedTime(died, seen.Unreachable).TotalSeconds);
            dead.Add(Stopwatch.GetElapsedTime(died, seen.Dead).TotalSeconds);
            await victim.StartAsync(stop);
            await nodes.ReadyAsync(stop);
        }

        return (unreachable, dead);
    }

    private static async Task<(long Unreachable, long Dead)> SeenAsync(IAsyncStreamReader<NodeChange> changes, string name, CancellationToken stop)
    {
        var unreachable = 0L;
        while (await changes.MoveNext(stop))
        {
            switch (changes.Current.Node)
            {
                case { State: "unreachable" } node when node.Name == name: unreachable = Stopwatch.GetTimestamp(); break;
                case { State: "dead" } node when node.Name == name: return (unreachable, Stopwatch.GetTimestamp());
                default: break;
            }
        }

        throw new BenchException("the watch ended");
    }
}
