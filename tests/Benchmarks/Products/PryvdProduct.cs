using System.Text.Json;

namespace Benchmarks.Products;

/// <summary>pryvd as an operator starts it: run, init, and a token and a join for each other node. Peers speak mutual TLS.</summary>
internal sealed class PryvdProduct(string program) : IProduct
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    public string Name => "pryvd";

    public async Task<string> VersionAsync(CancellationToken stop) => $"{(await Tool.RunAsync(program, ["--version"], stop)).Trim()} ({Build})";

    public Cluster Prepare(string folder) => new(Name, folder, [.. Names.Select((name, i) => Make(folder, name, $"127.0.0.{i + 1}"))]);

    public async Task FormAsync(Cluster cluster, CancellationToken stop)
    {
        cluster.Start();
        await Until.HoldsAsync("three daemons answer", async () => (await cluster.ViewsAsync()).All(v => v is not null), Cluster.Patience, stop);
        await CliAsync(cluster.Folder, Names[0], ["init", "--cluster", "bench", "-o", "json"], stop);
        foreach (var name in Names.Skip(1))
        {
            await JoinAsync(cluster, name, stop);
        }

        await cluster.WholeAsync(stop);
    }

    private Member Make(string folder, string name, string address)
    {
        var (socket, listen) = (SocketOf(folder, name), $"{address}:{FreePort.At(address)}");
        string[] arguments =
        [
            "run", "--config", "/dev/null", "--name", name, "--data-dir", Path.Combine(folder, name),
            "--socket", socket, "--listen", listen, "--log-format", "json",
        ];
        return new Member(name, new Daemon(program, arguments, Path.Combine(folder, $"{name}.log")), listen, () => new PryvdStore(socket));
    }

    private async Task JoinAsync(Cluster cluster, string name, CancellationToken stop)
    {
        using var made = JsonDocument.Parse(await CliAsync(cluster.Folder, Names[0], ["token", "create", "-o", "json"], stop));
        var file = Path.Combine(cluster.Folder, $"{name}.token");
        await File.WriteAllTextAsync(file, made.RootElement.GetProperty("token").GetString(), stop);
        await CliAsync(cluster.Folder, name, ["join", cluster.Members[0].PeerAddress, "--token-file", file], stop);
    }

    private Task<string> CliAsync(string folder, string name, string[] line, CancellationToken stop) =>
        Tool.RunAsync(program, [.. line, "--socket", SocketOf(folder, name)], stop);

    /// <summary>What a package holds is one file, compiled ahead of time; a build beside its assemblies is compiled as it runs.</summary>
    private string Build => File.Exists(Path.ChangeExtension(program, ".dll")) ? "compiled while it runs" : "as published, compiled ahead of time";

    private static string SocketOf(string folder, string name) => Path.Combine(folder, $"{name}.sock");
}
