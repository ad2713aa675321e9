using Grpc.Core;
using Pryv.V1;
using Pryvd.Agent.Drivers;

namespace Pryvd.Dev;

/// <summary>A whole cluster on this machine: real daemons with real data, mutual TLS and all, for trying things out.</summary>
internal sealed class DevCluster(string folder, IReadOnlyList<DevNode> nodes) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public string Folder { get; } = folder;

    public IReadOnlyList<DevNode> Nodes { get; } = nodes;

    /// <summary>Starts the daemons; a folder with data from before goes on with it.</summary>
    public static DevCluster Start(string folder, int nodes)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new DevCluster(folder, [.. Enumerable.Range(1, nodes).Select(n => DevNode.Start(n, folder))]);
    }

    /// <summary>Makes one cluster of the daemons, as an operator would: init on the first, a token and a join for each other.</summary>
    public async Task FormAsync(Action<string> say, CancellationToken stop)
    {
        foreach (var node in Nodes)
        {
            await UntilAsync(node, _ => true, "does not answer", stop).ConfigureAwait(false);
        }

        var first = Nodes[0];
        if (await first.StatusAsync().ConfigureAwait(false) is { State: "new" })
        {
            say($"{first.Name}: init");
            var made = await first.Cluster.InitAsync(new InitRequest { ClusterName = "dev" }, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            say($"{first.Name}: the recovery key is in {made.RecoveryKeyFile}");
        }

        foreach (var node in Nodes.Skip(1))
        {
            if (await node.StatusAsync().ConfigureAwait(false) is { State: "new" })
            {
                await JoinAsync(first, node, say, stop).ConfigureAwait(false);
            }
        }

        foreach (var node in Nodes)
        {
            await UntilAsync(node, s => s.State == "running" && s.Quorum, "has no leader", stop).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(n => n.StopAsync())).ConfigureAwait(false);
        await Task.WhenAll(Nodes.Select(n => GuardEnding.RunAsync(n.DataDir))).ConfigureAwait(false);
        foreach (var node in Nodes)
        {
            node.Dispose();
        }
    }

    private static async Task JoinAsync(DevNode first, DevNode node, Action<string> say, CancellationToken stop)
    {
        await UntilAsync(first, s => s.Quorum, "has no leader", stop).ConfigureAwait(false);
        var token = await first.Tokens.CreateTokenAsync(new CreateTokenRequest(), cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
        using var join = node.Cluster.Join(new JoinRequest { Peers = { first.Address }, Token = token.Token }, cancellationToken: stop);
        await foreach (var progress in join.ResponseStream.ReadAllAsync(stop).ConfigureAwait(false))
        {
            say($"{node.Name}: {progress.Message}");
        }
    }

    private static async Task UntilAsync(DevNode node, Func<StatusReply, bool> reached, string otherwise, CancellationToken stop)
    {
        var giveUp = DateTime.UtcNow + Patience;
        while (await node.StatusAsync().ConfigureAwait(false) is not { } status || !reached(status))
        {
            if (node.HasExited || DateTime.UtcNow > giveUp)
            {
                throw new DevException($"{node.Name} {(node.HasExited ? "has ended" : otherwise)}. Its log, {node.LogFile}, ends with:\n{node.LastWords()}");
            }

            await Task.Delay(Pause, stop).ConfigureAwait(false);
        }
    }
}
