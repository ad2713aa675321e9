using System.Text.Json;
using Benchmarks.Products;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;

namespace Benchmarks.Components;

/// <summary>Any number of real daemons on this machine as one cluster, with what they run; all of it ends when this is disposed of.</summary>
internal sealed class Nodes : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _program;
    private readonly string _folder;

    private Nodes(string program, string folder, int count)
    {
        (_program, _folder) = (program, folder);
        All = [.. Enumerable.Range(1, count).Select(Make)];
    }

    public IReadOnlyList<NodeProcess> All { get; }

    /// <summary>Formed as an operator would: run, init, and a token and a join for each other node.</summary>
    public static async Task<Nodes> FormAsync(string program, string directory, int count, CancellationToken stop)
    {
        // Short: the path of a socket holds 107 bytes.
        var folder = Path.Combine(directory, $"n{Environment.ProcessId}-{Random.Shared.Next(1_000)}");
        Directory.CreateDirectory(folder);
        var nodes = new Nodes(program, folder, count);
        try
        {
            await nodes.All[0].StartAsync(stop);
            await nodes.CliAsync(nodes.All[0], ["init", "--cluster", "bench", "-o", "json"], stop);
            foreach (var node in nodes.All.Skip(1))
            {
                await nodes.JoinAsync(node, stop);
            }

            await nodes.ReadyAsync(stop);
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    public Task<string> CliAsync(NodeProcess node, string[] line, CancellationToken stop) => Tool.RunAsync(_program, [.. line, "--socket", node.Socket], stop);

    /// <summary>All are ready, as the first that runs sees it.</summary>
    public Task ReadyAsync(CancellationToken stop) => Until.HoldsAsync($"{All.Count} nodes are ready", async () =>
    {
        try
        {
            var reply = await new Pryv.V1.Nodes.NodesClient(All[0].Channel).ListNodesAsync(new ListNodesRequest { Mode = new ReadMode() }, deadline: DateTime.UtcNow.AddSeconds(2));
            return reply.Nodes.Count(node => node.State == "ready") >= All.Count;
        }
        catch (Grpc.Core.RpcException)
        {
            return false;
        }
    }, Patience, stop);

    /// <summary>Name of the leader as a node sees it.</summary>
    public static async Task<string> LeaderAsync(NodeProcess node) =>
        (await new Pryv.V1.Cluster.ClusterClient(node.Channel).GetStatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(2))).Leader;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in All)
        {
            await node.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private NodeProcess Make(int number)
    {
        var (name, address) = ($"n{number}", $"127.0.{1 + (number / 200)}.{1 + (number % 200)}");
        return new NodeProcess(_program, _folder, name, $"{address}:{FreePort.At(address)}");
    }

    private async Task JoinAsync(NodeProcess node, CancellationToken stop)
    {
        await node.StartAsync(stop);
        using var made = JsonDocument.Parse(await CliAsync(All[0], ["token", "create", "-o", "json"], stop));
        var file = Path.Combine(_folder, $"{node.Name}.token");
        await File.WriteAllTextAsync(file, made.RootElement.GetProperty("token").GetString(), stop);
        await CliAsync(node, ["join", All[0].Address, "--token-file", file], stop);
    }
}
