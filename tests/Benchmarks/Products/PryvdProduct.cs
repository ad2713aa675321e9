using System.Text.Json;

namespace Benchmarks.Products;

/// <summary>pryvd as an operator starts it: run, init, and a token and a join for each other node. Peers speak mutual TLS.</summary>
internal sealed class PryvdProduct(string program) : IProduct
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    public string Name => "pryvd";

    public async Task<string> VersionAsync(CancellationToken stop) => (await Tool.RunAsync(program, ["--version"], stop)).Trim();

    public async Task<Cluster> FormAsync(string folder, CancellationToken stop)
    {
        var addresses = Names.Select((_, i) => $"127.0.0.{i + 1}:{FreePort.At($"127.0.0.{i + 1}")}").ToArray();
        var members = Names.Select((name, i) => Make(folder, name, addresses[i])).ToArray();
        var cluster = new Cluster(Name, folder, members);
        foreach (var member in members)
        {
            member.Daemon.Start();
        }

        await Until.HoldsAsync("three daemons answer", async () => (await cluster.ViewsAsync()).All(v => v is not null), Cluster.Patience, stop);
        await CliAsync(folder, Names[0], ["init", "--cluster", "bench", "-o", "json"], stop);
        foreach (var name in Names.Skip(1))
        {
            await JoinAsync(folder, name, addresses[0], stop);
        }

        await cluster.WholeAsync(stop);
        return cluster;
    }

    private Member Make(string folder, string name, string address)
    {
        var socket = SocketOf(folder, name);
        string[] arguments =
        [
            "run", "--config", "/dev/null", "--name", name, "--data-dir", Path.Combine(folder, name),
            "--socket", socket, "--listen", address, "--log-format", "json",
        ];
        return new Member(name, new Daemon(program, arguments, Path.Combine(folder, $"{name}.log")), () => new PryvdStore(socket));
    }

    private async Task JoinAsync(string folder, string name, string peer, CancellationToken stop)
    {
        using var made = JsonDocument.Parse(await CliAsync(folder, Names[0], ["token", "create", "-o", "json"], stop));
        var file = Path.Combine(folder, $"{name}.token");
        await File.WriteAllTextAsync(file, made.RootElement.GetProperty("token").GetString(), stop);
        await CliAsync(folder, name, ["join", peer, "--token-file", file], stop);
    }

    private Task<string> CliAsync(string folder, string name, string[] line, CancellationToken stop) =>
        Tool.RunAsync(program, [.. line, "--socket", SocketOf(folder, name)], stop);

    private static string SocketOf(string folder, string name) => Path.Combine(folder, $"{name}.sock");
}
