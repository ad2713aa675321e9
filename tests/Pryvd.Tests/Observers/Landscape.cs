using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Observers;
using Pryvd.Peers;
using Pryvd.Raft;
using Pryvd.Tests.Api;

namespace Pryvd.Tests.Observers;

/// <summary>A cluster of nodes in this process, over real peer ports with mutual TLS.</summary>
internal sealed class Landscape : IAsyncDisposable
{
    private readonly List<Machine> _machines = [];

    public IReadOnlyList<Machine> All => _machines;

    public Machine this[int index] => _machines[index];

    public IEnumerable<Machine> Running => _machines.Where(m => m.IsRunning);

    public IEnumerable<Machine> Observing => Running.Where(m => m.Host.Session is ObserverSession);

    /// <summary>So many voters, the first of which led at first.</summary>
    public static async Task<Landscape> WithVotersAsync(int voters)
    {
        var land = new Landscape();
        var first = await land.AddAsync("dc1");
        await first.Host.ChangeAsync(() => InitFlow.RunAsync(first.Host, "demo", "", []));
        await Within.UntilAsync(() => first.Session.Leads && first.Session.Store.Read().State.Cluster is not null);
        for (var i = 1; i < voters; i++)
        {
            await land.JoinAsync("auto");
        }

        await Within.UntilAsync(() => land.Running.All(m => m.Session.Configuration is { IsJoint: false } c && c.Voters.Count() == voters));
        return land;
    }

    /// <summary>A node that has joined and is ready, as it says itself.</summary>
    public async Task<Machine> JoinAsync(string role, string datacenter = "dc1")
    {
        var machine = await AddAsync(datacenter);
        var admitting = Running.First();
        var token = await admitting.TokenAsync(role);
        await machine.Host.ChangeAsync(async () =>
        {
            await JoinFlow.RunAsync(machine.Host, [HostAndPort.Parse(admitting.Host.Address, 0)!], token, "", [], CancellationToken.None);
            return true;
        });
        await Within.UntilAsync(() => StateOf(machine) == NodeState.Ready);
        return machine;
    }

    /// <summary>All that run have the same rows at the same index, and it is one that was reached after this call.</summary>
    public async Task SameStateAsync()
    {
        await (await LeaderAsync()).SetAsync("marker", $"\"{Guid.NewGuid():N}\"");
        await Within.UntilAsync(() => Running.Select(m => m.Session.Store.Digest).Distinct().Count() == 1);
    }

    public async Task<Machine> LeaderAsync()
    {
        await Within.UntilAsync(() => Running.Any(m => m.Host.Session is { Leads: true }));
        return Running.First(m => m.Host.Session is { Leads: true });
    }

    /// <summary>The node that an observer pulls from now, once it does.</summary>
    public async Task<Machine> UpstreamOfAsync(Machine observer)
    {
        await Within.UntilAsync(() => observer.Host.Session is ObserverSession { IsAttached: true });
        var node = ((ObserverSession)observer.Session).Upstream!.Node.Node;
        return _machines.First(m => m.Host.Identity?.Cluster.NodeId == node);
    }

    public static NodeState? StateOf(Machine machine) => machine.Host.Session is { } session
        ? session.Store.Read().State.Nodes.Find(new NodeId(session.NodeId))?.State
        : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in Enumerable.Reverse(_machines))
        {
            await machine.DisposeAsync();
        }
    }

    private async Task<Machine> AddAsync(string datacenter)
    {
        var machine = new Machine($"n{_machines.Count + 1}", datacenter);
        _machines.Add(machine);
        await machine.StartAsync();
        return machine;
    }
}
