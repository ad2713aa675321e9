using Pryv.V1;
using Spectre.Console;

namespace Pryvd.Dev;

/// <summary>The cluster as it is, once a moment: a live table on a terminal, a line for each change elsewhere.</summary>
internal sealed class DevScreen(DevCluster cluster, TextWriter output)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    public Task RunAsync(bool isTerminal, CancellationToken stop) => isTerminal ? LiveAsync(stop) : LinesAsync(stop);

    private Task LiveAsync(CancellationToken stop) => AnsiConsole.Live(new Table()).StartAsync(async live =>
    {
        while (!stop.IsCancellationRequested)
        {
            live.UpdateTarget(PageOf(await ReadAsync().ConfigureAwait(false), await InstancesAsync().ConfigureAwait(false)));
            await PauseAsync(stop).ConfigureAwait(false);
        }
    });

    private async Task LinesAsync(CancellationToken stop)
    {
        var last = "";
        while (!stop.IsCancellationRequested)
        {
            var seen = await ReadAsync().ConfigureAwait(false);
            var line = string.Join("  ", seen.Select(s => s.Status is { } status
                ? $"{s.Node.Name}: {status.Role}, term {status.Term}, leader {(status.Leader.Length > 0 ? status.Leader : "none")}"
                : $"{s.Node.Name}: down")
                .Concat((await InstancesAsync().ConfigureAwait(false)).Select(i => $"{i.Id}: {i.State}{(i.Node.Length > 0 ? " on " + i.Node : "")}")));
            if (line != last)
            {
                await output.WriteLineAsync(last = line).ConfigureAwait(false);
            }

            await PauseAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task<(DevNode Node, StatusReply? Status)[]> ReadAsync() =>
        await Task.WhenAll(cluster.Nodes.Select(async n => (n, await n.StatusAsync().ConfigureAwait(false)))).ConfigureAwait(false);

    /// <summary>From the first node that knows any.</summary>
    private async Task<IReadOnlyList<Instance>> InstancesAsync()
    {
        foreach (var node in cluster.Nodes)
        {
            if (await node.InstancesAsync().ConfigureAwait(false) is { Count: > 0 } found)
            {
                return found;
            }
        }

        return [];
    }

    private static Rows PageOf(IEnumerable<(DevNode Node, StatusReply? Status)> seen, IReadOnlyList<Instance> instances) =>
        instances.Count == 0 ? new Rows(NodesOf(seen)) : new Rows(NodesOf(seen), InstancesOf(instances));

    private static Table InstancesOf(IEnumerable<Instance> instances)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("instance", "state", "node", "address", "what");
        foreach (var instance in instances)
        {
            var colour = instance.State == "healthy" ? "green" : "yellow";
            var address = string.Join(' ', instance.Ports.Values.Select(port => $"{instance.Address}:{port}"));
            table.AddRow(Markup.Escape(instance.Id), $"[{colour}]{instance.State}[/]", Markup.Escape(instance.Node), Markup.Escape(address), Markup.Escape(instance.Detail));
        }

        return table;
    }

    private static Table NodesOf(IEnumerable<(DevNode Node, StatusReply? Status)> seen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("node", "address", "role", "leader", "term", "commit", "applied");
        foreach (var (node, status) in seen)
        {
            table.AddRow(status is null
                ? [node.Name, node.Address, "[red]down[/]", "", "", "", ""]
                : [node.Name, node.Address, status.Role, status.Leader == node.Name ? "[green]leads[/]" : Markup.Escape(status.Leader), $"{status.Term}", $"{status.CommitIndex}", $"{status.AppliedIndex}"]);
        }

        return table.Caption("Ctrl-C stops the cluster; its data stays");
    }

    private static async Task PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Pace, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C; the loop ends.
        }
    }
}
