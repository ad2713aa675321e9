using System.Diagnostics;
using Benchmarks.Products;
using Grpc.Core;
using Pryv.V1;

namespace Benchmarks.Components;

/// <summary>
/// What a leader has to do in a cluster of a thousand nodes: three real daemons, and a thousand nodes that this process speaks for, each with a certificate
/// and a connection of its own, reporting at the default interval; then ten thousand leased instances are placed on them.
/// </summary>
internal sealed class ReportsBench(BenchOptions options, TextWriter output)
{
    private const int Reporters = 1_000;
    private const int Components = 10;
    private const int PerComponent = 1_000;
    private const int Batch = 20;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly ReportCounts _counts = new();

    public async Task RunAsync(CancellationToken stop)
    {
        output.WriteLine($"{Reporters:N0} nodes report to a leader; three daemons, one machine; load when it began: {File.ReadAllText("/proc/loadavg").Trim()}");
        await using var nodes = await Nodes.FormAsync(options.Pryvd, options.Directory, 3, stop);
        var reporters = await JoinAsync(nodes, stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = reporters.Select(reporter => reporter.RunAsync(Random.Shared.NextDouble(), ending.Token)).ToList();
        try
        {
            await ReadyAsync(nodes, stop);
            await CostAsync("without instances", nodes, stop);
            await PlaceAsync(nodes, reporters, stop);
            await CostAsync($"with {Components * PerComponent:N0} leased instances", nodes, stop);

            // One that ended by itself took its share of the load with it: the figures would be those of fewer.
            await Task.WhenAll(running.Where(reporter => reporter.IsCompleted));
            output.WriteLine($"  memory of the leader: {(await LeaderOf(nodes)).Daemon.ResidentMegabytes():F0} MB");
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            foreach (var reporter in reporters)
            {
                await reporter.DisposeAsync();
            }
        }
    }

    private static async Task<NodeProcess> LeaderOf(Nodes nodes)
    {
        var name = await Nodes.LeaderAsync(nodes.All[0]);
        return nodes.All.Single(node => node.Name == name);
    }

    private async Task<List<Reporter>> JoinAsync(Nodes nodes, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var listed = await new Pryv.V1.Nodes.NodesClient(nodes.All[0].Channel).ListNodesAsync(new ListNodesRequest { Mode = new ReadMode() }, deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: stop);
        var members = nodes.All.Select(node => (listed.Nodes.Single(item => item.Name == node.Name).Id, node.Address)).ToList();
        var tokens = new Tokens.TokensClient(nodes.All[0].Channel);
        var reporters = new List<Reporter>();
        foreach (var names in Enumerable.Range(1, Reporters).Select(i => $"v{i:D4}").Chunk(Batch))
        {
            reporters.AddRange(await Task.WhenAll(names.Select(async name =>
            {
                var token = await tokens.CreateTokenAsync(new CreateTokenRequest { Role = "observer", TtlSeconds = 5 }, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: stop);
                return await Reporter.JoinAsync(name, token.Token, members, _counts, stop);
            })));
        }

        output.WriteLine($"  {Reporters:N0} nodes admitted, each with its token and certificate, in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        return reporters;
    }

    private static Task ReadyAsync(Nodes nodes, CancellationToken stop) => Until.HoldsAsync("all nodes are ready", async () =>
    {
        var listed = await new Pryv.V1.Nodes.NodesClient(nodes.All[0].Channel).ListNodesAsync(new ListNodesRequest { Mode = new ReadMode() }, deadline: DateTime.UtcNow.AddSeconds(10), cancellationToken: stop);
        return listed.Nodes.Count(node => node.State == "ready") == Reporters + 3;
    }, Patience, stop, pace: TimeSpan.FromMilliseconds(500));

    private async Task CostAsync(string what, Nodes nodes, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(10), stop);
        var leader = await LeaderOf(nodes);
        var (before, others, counts, since) = (leader.Daemon.ProcessorTime(), Others(), _counts.Now, Stopwatch.GetTimestamp());
        await Task.Delay(Span, stop);
        var (now, seconds) = (_counts.Now, Stopwatch.GetElapsedTime(since).TotalSeconds);
        output.WriteLine(
            $"  {what}: {(now.Answered - counts.Answered) / seconds:F0} reports a second answered ({now.Refused - counts.Refused} refused{(now.Refused > counts.Refused ? $": {_counts.Refusal}" : "")}), {(now.Bytes - counts.Bytes) / seconds / 1000:F0} kB/s, "
            + $"leader {(leader.Daemon.ProcessorTime() - before).TotalSeconds / seconds * 100:F1} % of one core, each follower {(Others() - others).TotalSeconds / seconds * 50:F1} %");

        TimeSpan Others() => new(nodes.All.Where(node => node != leader).Sum(node => node.Daemon.ProcessorTime().Ticks));
    }

    private async Task PlaceAsync(Nodes nodes, List<Reporter> reporters, CancellationToken stop)
    {
        var files = Enumerable.Range(1, Components).Select(i => new ComponentFile
        {
            Name = $"c{i}.yaml",
            Yaml = $"component: c{i}\ncount: {PerComponent}\ncommand: [sleep, \"1000000\"]\nhome: anywhere\nconstraints:\n  - tag: kind\n    is: [virtual]\n",
        });
        var leader = await LeaderOf(nodes);
        var watcher = nodes.All.First(node => node != leader);
        using var watch = new Pryv.V1.Components.ComponentsClient(watcher.Channel).WatchInstances(new WatchInstancesRequest(), cancellationToken: stop);
        var following = FollowAsync(watch.ResponseStream, reporters, stop);
        var began = Stopwatch.GetTimestamp();
        await new Pryv.V1.Components.ComponentsClient(leader.Channel).ApplyComponentsAsync(new ApplyComponentsRequest { Files = { files } }, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: stop);
        var (placed, healthy) = await following.WaitAsync(Patience, stop);
        var seconds = Stopwatch.GetElapsedTime(began, placed).TotalSeconds;
        output.WriteLine($"  {Components * PerComponent:N0} instances placed durably on three members, from the apply to the last seen on a follower: {seconds:F2} s, {Components * PerComponent / seconds:N0} placements a second (Nomad's C1M: 3,750)");
        output.WriteLine($"  and all recorded as healthy after {Stopwatch.GetElapsedTime(began, healthy).TotalSeconds:F2} s");
    }

    /// <summary>Tells each node what it holds, until all instances are placed, and until all are healthy.</summary>
    private static async Task<(long Placed, long Healthy)> FollowAsync(IAsyncStreamReader<InstanceChange> changes, List<Reporter> reporters, CancellationToken stop)
    {
        var byName = reporters.ToDictionary(reporter => reporter.Name);
        var held = reporters.ToDictionary(reporter => reporter.Name, _ => new Dictionary<string, Reporter.Held>(StringComparer.Ordinal));
        var (healthy, placed, all) = (new HashSet<string>(StringComparer.Ordinal), 0L, new HashSet<string>(StringComparer.Ordinal));
        while (healthy.Count < Components * PerComponent && await changes.MoveNext(stop))
        {
            if (changes.Current.Instance is not { } instance || !byName.TryGetValue(instance.Node, out var reporter))
            {
                continue;
            }

            var parts = instance.Id.Split('/');
            held[instance.Node][instance.Id] = new Reporter.Held(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), instance.Generation, instance.State == "healthy");
            reporter.Hold([.. held[instance.Node].Values]);
            placed = all.Add(instance.Id) && all.Count == Components * PerComponent ? Stopwatch.GetTimestamp() : placed;
            if (instance.State == "healthy")
            {
                healthy.Add(instance.Id);
            }
        }

        return (placed, Stopwatch.GetTimestamp());
    }
}
