using System.Diagnostics;
using System.Globalization;
using Benchmarks.Products;
using Grpc.Core;
using Pryv.V1;

namespace Benchmarks.Components;

/// <summary>
/// From the death of a node to its instance healthy on another one, as a node that lives tells whoever watches it (H2): three real daemons,
/// one leased instance, all processes of its node killed or stopped at once.
/// </summary>
internal sealed class FailoverBench(BenchOptions options, TextWriter output)
{
    private const string Yaml = "component: mover\ncommand: [sleep, \"1000000\"]\nhome: anywhere\nchecks:\n  - command: [\"true\"]\n    every: 1s\n";
    private const string Instance = "mover/0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(CancellationToken stop)
    {
        output.WriteLine("From a node's death to its instance healthy on another node; three daemons, one machine");
        foreach (var deadTimeoutMs in (int[])[5_000, 1_500])
        {
            foreach (var (name, isKill, leads) in ((string, bool, bool)[])[("kill -9 of all", true, false), ("SIGSTOP of all", false, false), ("kill -9 of all, it led", true, true)])
            {
                var times = await TimesAsync(deadTimeoutMs, isKill, leads, stop);
                output.WriteLine($"  dead timeout {deadTimeoutMs / 1_000.0,3} s, {name,-24} {Spread.Of(times)}");
            }
        }

        output.WriteLine("For comparison, measured on this class of machine: Pacemaker's defaults 8.5 s, with token 1000 4.5 s; Redis Sentinel's defaults 30 s, at down-after 1 s 1.4 s");
    }

    private async Task<List<double>> TimesAsync(int deadTimeoutMs, bool isKill, bool leads, CancellationToken stop)
    {
        await using var nodes = await Nodes.FormAsync(options.Pryvd, options.Directory, 3, stop);
        await nodes.CliAsync(nodes.All[0], ["var", "set", string.Create(CultureInfo.InvariantCulture, $"pryvd.dead_timeout_ms={deadTimeoutMs}")], stop);
        await new Pryv.V1.Components.ComponentsClient(nodes.All[0].Channel).ApplyComponentsAsync(
            new ApplyComponentsRequest { Files = { new ComponentFile { Name = "mover.yaml", Yaml = Yaml } } }, deadline: DateTime.UtcNow.AddSeconds(10), cancellationToken: stop);
        var times = new List<double>();
        for (var i = 0; i < options.Pairs; i++)
        {
            times.Add(await OnceAsync(nodes, isKill, leads, stop));
        }

        return times;
    }

    private static async Task<double> OnceAsync(Nodes nodes, bool isKill, bool leads, CancellationToken stop)
    {
        await nodes.ReadyAsync(stop);
        var holder = await HolderAsync(nodes, stop);
        await LeadershipAsync(nodes, holder, leads, stop);
        var witness = nodes.All.First(node => node != holder);
        using var watch = new Pryv.V1.Components.ComponentsClient(witness.Channel).WatchInstances(new WatchInstancesRequest { Component = "mover" }, cancellationToken: stop);
        var moved = MovedAsync(watch.ResponseStream, holder.Name, stop);

        var died = Stopwatch.GetTimestamp();
        if (isKill)
        {
            holder.KillAll();
        }
        else
        {
            holder.SuspendAll();
        }

        var seen = await moved.WaitAsync(Patience, stop);
        if (isKill)
        {
            await holder.StartAsync(stop);
        }
        else
        {
            holder.ResumeAll();
        }

        return Stopwatch.GetElapsedTime(died, seen).TotalSeconds;
    }

    private static async Task<long> MovedAsync(IAsyncStreamReader<InstanceChange> changes, string from, CancellationToken stop)
    {
        while (await changes.MoveNext(stop))
        {
            if (changes.Current.Instance is { State: "healthy" } instance && instance.Node != from)
            {
                return Stopwatch.GetTimestamp();
            }
        }

        throw new BenchException("the watch ended");
    }

    private static async Task<NodeProcess> HolderAsync(Nodes nodes, CancellationToken stop)
    {
        NodeProcess? holder = null;
        await Until.HoldsAsync("the instance is healthy", async () =>
        {
            try
            {
                var reply = await new Pryv.V1.Components.ComponentsClient(nodes.All[0].Channel).GetComponentAsync(
                    new GetComponentRequest { Name = "mover", Mode = new ReadMode() }, deadline: DateTime.UtcNow.AddSeconds(2));
                var instance = reply.Component.Instances.SingleOrDefault(item => item.Id == Instance && item.State == "healthy");
                holder = nodes.All.SingleOrDefault(node => node.Name == instance?.Node);
                return holder is not null;
            }
            catch (RpcException)
            {
                return false;
            }
        }, Patience, stop);
        return holder!;
    }

    /// <summary>The holder leads, or does not, for longer than its dead timeout: a new leader listens that long first.</summary>
    private static async Task LeadershipAsync(Nodes nodes, NodeProcess holder, bool leads, CancellationToken stop)
    {
        var isMoved = false;
        await Until.HoldsAsync("leadership is where it is to be", async () =>
        {
            var leader = await Nodes.LeaderAsync(holder);
            if (leader == holder.Name == leads && leader.Length > 0)
            {
                return true;
            }

            isMoved = true;
            var to = leads ? holder.Name : nodes.All.First(node => node != holder).Name;
            try
            {
                await nodes.CliAsync(holder, ["raft", "transfer", to], stop);
            }
            catch (BenchException)
            {
                // Nobody leads just now, or it changes: look again.
            }

            return false;
        }, Patience, stop);
        await Task.Delay(isMoved ? TimeSpan.FromSeconds(6) : TimeSpan.FromSeconds(1), stop);
    }
}
