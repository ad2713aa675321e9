using EndToEnd.Components;
using Pryv.V1;
using Xunit.Abstractions;

namespace EndToEnd.Harness;

/// <summary>Real daemons on 127.0.0.1, .2, .3 … that form a cluster through the CLI alone.</summary>
public sealed class TestCluster : IDisposable
{
    private const int LinesShown = 150;

    private readonly ITestOutputHelper _output;
    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-e2e-").FullName;
    private readonly List<Node> _nodes = [];

    public TestCluster(ITestOutputHelper output) => _output = output;

    public IReadOnlyList<Node> Nodes => _nodes;

    public Node this[int index] => _nodes[index];

    public IEnumerable<Node> Running => _nodes.Where(n => n.IsRunning);

    public Node Add(string? name = null, Habitat? habitat = null)
    {
        var node = new Node(_folder, name ?? $"n{_nodes.Count + 1}", $"127.0.0.{_nodes.Count + 1}", habitat);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node that has started and belongs to no cluster.</summary>
    public async Task<Node> StartAsync(string? name = null)
    {
        var node = Add(name);
        await node.StartAsync();
        return node;
    }

    /// <summary>init on the first node; the token for the next.</summary>
    public async Task<string> InitAsync()
    {
        var init = (await _nodes[0].CliJson("init", "--cluster", "test")).Ok();
        return init.Json.GetProperty("token").GetString()!;
    }

    /// <summary>One node that is a cluster.</summary>
    public async Task FormOneAsync()
    {
        await StartAsync();
        await InitAsync();
    }

    /// <summary>Three nodes; returns when all three vote and are ready.</summary>
    public async Task FormThreeAsync()
    {
        await Task.WhenAll(StartAsync(), StartAsync(), StartAsync());
        (await _nodes[1].JoinAsync(_nodes[0], await InitAsync())).Ok();
        (await _nodes[2].JoinAsync(_nodes[0], await TokenAsync(_nodes[0]))).Ok();
        await VotersAsync(3);
    }

    /// <summary>Nodes in these places; returns when all, at most five, vote and are ready.</summary>
    public async Task FormAsync(params Habitat[] habitats)
    {
        await Task.WhenAll(habitats.Select(h => Add(habitat: h)).ToList().Select(n => n.StartAsync()));
        var token = await InitAsync();
        if (habitats.Length > 3)
        {
            (await _nodes[0].Cli("var", "set", "pryvd.voters=5")).Ok();
        }

        foreach (var node in _nodes.Skip(1))
        {
            (await node.JoinAsync(_nodes[0], token)).Ok();
            token = await TokenAsync(_nodes[0]);
        }

        await VotersAsync(habitats.Length);
    }

    public static async Task<string> TokenAsync(Node node, params string[] more) =>
        (await node.CliJson(["token", "create", .. more])).Ok().Json.GetProperty("token").GetString()!;

    /// <summary>Waits until every running node that has joined sees this many voters, all ready and none twice, and a leader with its quorum.</summary>
    public Task<TimeSpan> VotersAsync(int count) => Until.Holds($"{count} ready voters and a leader, seen from every running node", async () =>
    {
        var all = await Task.WhenAll(Running.Select(n => n.TryStatusAsync()));
        return all.Where(s => s?.State != "new").All(s => s is { State: "running", Quorum: true, Leader.Length: > 0 }
            && s.Members.Count(m => m.Role is "voter" or "witness") == count
            && s.Members.DistinctBy(m => m.Name).Count() == s.Members.Count
            && s.Members.All(m => m.State == "ready")
            && !s.Notices.Any(n => n.Contains("is being changed", StringComparison.Ordinal)));
    });

    /// <summary>The running node that says of itself that it leads, once there is one.</summary>
    public Task<Node> LeaderAsync() => Until.Found("a node leads", async () =>
    {
        foreach (var node in Running)
        {
            if (await node.TryStatusAsync() is { State: "running", Quorum: true } status && status.Leader == node.Name)
            {
                return node;
            }
        }

        return null;
    });

    /// <summary>All running nodes but this.</summary>
    public IReadOnlyList<Node> Others(Node node) => [.. Running.Where(n => n != node)];

    /// <summary>Waits until all running nodes show the same digest at the same index; that digest.</summary>
    public async Task<GetDigestReply> SameDigestAsync()
    {
        GetDigestReply[] last = [];
        try
        {
            await Until.Holds("all digests are equal", async () =>
            {
                last = await Task.WhenAll(Running.Select(n => n.DigestAsync()));
                return last.Distinct().Count() == 1;
            });
        }
        finally
        {
            _output.WriteLine($"digests: {string.Join(", ", last.Select(d => $"{d.Index} {d.Digest}").Distinct())}");
        }

        return last[0];
    }

    public void Dispose()
    {
        var crashed = _nodes.Where(n => n.HasCrashed).Select(n => n.Name).ToList();
        foreach (var node in _nodes)
        {
            if (Directory.Exists(Path.Combine(node.DataDir, "guard")))
            {
                NodeProcesses.KillAll(node);
            }

            node.Dispose();
            _output.WriteLine($"===== log of {node.Name} ({node.Listen}), its last {LinesShown} lines");
            node.Log.Tail(LinesShown).ToList().ForEach(_output.WriteLine);
        }

        Directory.Delete(_folder, recursive: true);
        Assert.True(crashed.Count == 0, $"ended by themselves: {string.Join(", ", crashed)}");
    }
}
