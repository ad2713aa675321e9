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
            live.UpdateTarget(TableOf(await ReadAsync().ConfigureAwait(false)));
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
                : $"{s.Node.Name}: down"));
            if (line != last)
            {
                await output.WriteLineAsync(last = line).ConfigureAwait(false);
            }

            await PauseAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task<(DevNode Node, StatusReply? Status)[]> ReadAsync() =>
        await Task.WhenAll(cluster.Nodes.Select(async n => (n, await n.StatusAsync().ConfigureAwait(false)))).ConfigureAwait(false);

    private static Table TableOf(IEnumerable<(DevNode Node, StatusReply? Status)> seen)
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
