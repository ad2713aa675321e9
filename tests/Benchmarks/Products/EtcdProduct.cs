namespace Benchmarks.Products;

/// <summary>Debian's etcd-server with its defaults: only names, addresses and data folders are given. Peers speak plain HTTP, as they do by default.</summary>
internal sealed class EtcdProduct : IProduct
{
    private static readonly string[] Names = ["n1", "n2", "n3"];
    private readonly string _program = Tool.Find("etcd") ?? throw new BenchException("etcd is not installed; as root on Debian run tests/install-etcd.sh");

    public string Name => "etcd";

    public async Task<string> VersionAsync(CancellationToken stop) =>
        (await Tool.RunAsync(_program, ["--version"], stop)).Split('\n')[0].Split(' ')[^1];

    public Cluster Prepare(string folder)
    {
        var peers = Names.Select((_, i) => Url(i)).ToArray();
        var initial = string.Join(',', Names.Zip(peers, (name, url) => $"{name}={url}"));
        return new Cluster(Name, folder, [.. Names.Select((name, i) => Make(folder, name, peers[i], Url(i), initial))]);
    }

    public Task FormAsync(Cluster cluster, CancellationToken stop)
    {
        cluster.Start();
        return cluster.WholeAsync(stop);
    }

    private Member Make(string folder, string name, string peer, string client, string initial)
    {
        string[] arguments =
        [
            "--name", name, "--data-dir", Path.Combine(folder, name),
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--initial-cluster", initial, "--initial-cluster-state", "new",
        ];
        return new Member(name, new Daemon(_program, arguments, Path.Combine(folder, $"{name}.log")), peer, () => new EtcdStore(client));
    }

    private static string Url(int member)
    {
        var address = $"127.0.0.{member + 1}";
        return $"http://{address}:{FreePort.At(address)}";
    }
}
