using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Grpc.Core;
using Pryv.V1;
using Xunit.Abstractions;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd.Components;

/// <summary>
/// A cluster with three components, an instance of each on every node, that say themselves when they are alive: <c>leased</c> may go anywhere but never
/// twice, <c>loose</c> may go anywhere and be there twice, <c>waiter</c> waits for its home.
/// </summary>
public abstract class BeatingTest(ITestOutputHelper output) : ClusterTest(output)
{
    protected const string Leased = "leased";
    protected const string Loose = "loose";
    protected const string Waiter = "waiter";
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly Dictionary<string, string> Policies = new()
    {
        [Leased] = "home: anywhere",
        [Loose] = "home: anywhere\nexclusive: false",
        [Waiter] = "home: wait",
    };

    internal Beats Beats => field ??= new Beats(BeatFile);

    private string BeatFile => Nodes[0].PathOf("beats");

    /// <summary>Hosts in namespaces of their own, and the components on them.</summary>
    protected async Task<LabNetwork> FormNetworkAsync(int hosts, TimeSpan dead)
    {
        var network = Own(new LabNetwork(hosts));
        await Nodes.FormAsync(network.Habitats);
        await RunAllAsync(dead);
        return network;
    }

    /// <summary>Sets the dead timeout and starts all three components, one instance of each for every node.</summary>
    protected async Task RunAllAsync(TimeSpan dead)
    {
        (await Nodes[0].Cli("var", "set", $"pryvd.dead_timeout_ms={dead.TotalMilliseconds:F0}")).Ok();
        await ApplyAsync(Leased, Loose, Waiter);
        await Until.Holds("all instances are alive", () => Task.FromResult(Policies.Keys.All(name => Beats.Alive(name).Count == Nodes.Nodes.Count)), Patience);
    }

    protected async Task ApplyAsync(params string[] names)
    {
        var files = await Task.WhenAll(names.Select(WriteAsync));
        (await Nodes[0].Cli(["component", "apply", .. files, "--yes", "--timeout", "40s"])).Ok();
    }

    /// <summary>The only life of an instance of the component that is on the node now.</summary>
    internal Life On(Node node, string component)
    {
        var alive = Beats.Alive(component).Where(life => life.Node == node.Name).ToList();
        Assert.True(alive.Count == 1, $"{alive.Count} of {component} on {node.Name}:\n{string.Join('\n', Beats.Lives(component))}\nnow {Beats.Now / 1_000_000} ms");
        return alive[0];
    }

    /// <summary>Waits until the instance beats on another node than this; that life.</summary>
    internal Task<Life> ElsewhereAsync(string instance, Node node) => Until.Found(
        $"{instance} is alive elsewhere than on {node.Name}",
        () => Task.FromResult(Beats.Alive(instance).FirstOrDefault(life => life.Node != node.Name)),
        Patience);

    /// <summary>Waits until every instance of every component is alive, once, and nothing else is.</summary>
    internal Task WholeAsync() => Until.Holds("every instance is alive once", () => Task.FromResult(Policies.Keys.All(name =>
        Beats.Alive(name) is var alive && alive.Count == Nodes.Nodes.Count && alive.DistinctBy(life => life.Instance).Count() == alive.Count)), Patience);

    /// <summary>What the node's own table of routes says now of the component: names of nodes.</summary>
    protected static async Task<IReadOnlyList<string>> RoutesAsync(Node at, string component)
    {
        try
        {
            var reply = await at.Routes.ListRoutesAsync(new ListRoutesRequest(), deadline: DateTime.UtcNow + TimeSpan.FromSeconds(2));
            return [.. reply.Routes.Where(route => route.Host == HostOf(component)).SelectMany(route => route.Targets).Select(target => target.Node)];
        }
        catch (RpcException)
        {
            return [];
        }
    }

    /// <summary>What the leader says comes next for the instance.</summary>
    protected static async Task<string> NextAsync(Node at, string instance) =>
        string.Join("; ", (await at.CliJson("component", "explain", instance)).Ok().Json.GetProperty("next").EnumerateArray().Select(line => line.GetString()));

    /// <summary>The state of the node as another one has it recorded.</summary>
    protected static async Task<string> StateAsync(Node at, Node of) =>
        (await at.TryStatusAsync())?.Members.FirstOrDefault(member => member.Name == of.Name)?.State ?? "";

    protected static string ScratchOf(Node node, string instance) => Path.Combine(node.DataDir, "scratch", instance);

    protected static string HomeOf(Node node, string instance) => Path.Combine(node.DataDir, "homes", instance);

    private static string HostOf(string component) => $"{component}.test";

    private async Task<string> WriteAsync(string name)
    {
        var file = Nodes[0].PathOf($"{name}.yaml");
        await File.WriteAllTextAsync(
            file,
            $$"""
            component: {{name}}
            count: {{Nodes.Nodes.Count}}
            command: [/usr/bin/python3, {{Shell.Script("beat.py")}}, {{BeatFile}}]
            stop: { grace: 2s }
            ports: { http: auto }
            routes: { {{HostOf(name)}}: http }
            {{Policies[name]}}

            """);
        return file;
    }
}
