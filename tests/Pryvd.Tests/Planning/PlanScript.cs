using System.Globalization;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;

namespace Pryvd.Tests.Planning;

/// <summary>The commands of a scripted scenario.</summary>
internal sealed class PlanScript
{
    private readonly PlanWorld _world = new();

    public IEnumerable<string> Run(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = words.Skip(2).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.Ordinal);
        switch (words[0])
        {
            case "node": return Node(words[1], options);
            case "component": return Component(words[1], options);
            case "set": return Did(() => _world.Set(words[1], Number(words[2])));
            case "state": return Did(() => _world.SetState(words[1], Enum.Parse<NodeState>(words[2], ignoreCase: true)));
            case "cordon": return Did(() => _world.Cordon(words[1], true));
            case "restore": return Did(() => _world.Cordon(words[1], false));
            case "silent": return Did(() => _world.Reporting.Remove(words[1]));
            case "status": return Did(() => _world.SetStatus(Id(words[1]), Enum.Parse<InstanceState>(words[2], ignoreCase: true), string.Join(' ', words.Skip(3))));
            case "obey": return Did(_world.Obey);
            case "pass": return Did(() => _world.Pass(TimeSpan.FromMilliseconds(Number(words[1]))));
            case "new-leader": return Did(() => _world.Leases = LeaseBook.Begin(_world.Now));
            case "plan": return Show(Planner.Plan(_world.Input));
            case "carry-out": return CarryOut();
            case "settle": return [$"silent after {_world.Settle()}", .. Where()];
            case "where": return Where();
            case "explain": return Explain(Id(words[1]));
            default: throw new InvalidOperationException($"no such command: {line}");
        }
    }

    private static InstanceId Id(string text) => InstanceId.TryParse(text, out var id) ? id : throw new InvalidOperationException(text);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string[] Did(Action action)
    {
        action();
        return ["ok"];
    }

    private string[] Node(string name, Dictionary<string, string> options) => Did(() => _world.AddNode(
        name, new NodeCapacity(Number(options.GetValueOrDefault("cpu", "4000")), Number(options.GetValueOrDefault("memory", "8000"))),
        options.GetValueOrDefault("dc", "dc1"), Enum.Parse<NodeState>(options.GetValueOrDefault("state", "ready"), ignoreCase: true),
        tags: TagsOf(options, "tag"), reported: TagsOf(options, "says"), score: Number(options.GetValueOrDefault("score", "100")),
        role: Enum.Parse<NodeRole>(options.GetValueOrDefault("role", "auto"), ignoreCase: true)));

    private static TagSet TagsOf(Dictionary<string, string> options, string key) => options.TryGetValue(key, out var text)
        ? TagSet.From(text.Split(',').Select(tag => tag.Split(':')).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1])))
        : TagSet.Empty;

    private string[] Component(string name, Dictionary<string, string> options) => Did(() => _world.PutComponent(
        TestSpec.Of(
            name, Number(options.GetValueOrDefault("count", "1")), options.ContainsKey("anywhere") ? HomePolicy.Anywhere : HomePolicy.Wait, !options.ContainsKey("shared"),
            new Resources(Number(options.GetValueOrDefault("cpu", "0")), Number(options.GetValueOrDefault("memory", "0")))) with
        {
            Priority = Number(options.GetValueOrDefault("priority", "50")),
            Ports = options.TryGetValue("ports", out var ports) ? [.. ports.Split(',').Select(PortOf)] : [],
            Constraints = options.TryGetValue("on", out var demands) ? [.. demands.Split(',').Select(DemandOf)] : [],
            Spread = options.TryGetValue("spread", out var spread) ? spread.Split(',', StringSplitOptions.RemoveEmptyEntries) : ["datacenter"],
        },
        options.ContainsKey("stopped"), options.ContainsKey("deleting")));

    private static PortSpec PortOf(string text) => text.Split(':') is [var name, var number] ? new PortSpec(name, Number(number)) : new PortSpec(text, null);

    private static TagConstraint DemandOf(string text)
    {
        var pair = text.TrimStart('!').Split(':');
        return new TagConstraint(pair[0], pair.Length > 1 ? pair[1].Split('|') : [], text.StartsWith('!'));
    }

    private IEnumerable<string> CarryOut()
    {
        var plan = Planner.Plan(_world.Input);
        var shown = Show(plan).ToList();
        _world.CarryOut(plan);
        return shown;
    }

    private IEnumerable<string> Show(Plan plan) =>
    [
        .. PlanCheck.Problems(_world.Input, plan).Select(problem => $"NONSENSE {problem}"),
        .. plan.Decisions.Select(decision => $"{decision.Bucket}: {decision.Action} {decision.Instance} on {_world.Input.NameOf(decision.Node)}{Ports(decision.Ports)}, because {decision.Reason}"),
        .. plan.Waits.Select(wait => $"{wait.Bucket}: {wait.Instance} waits: {wait.Reason}"),
        .. plan is { IsSilent: true, Waits.Count: 0 } ? ["silent"] : Array.Empty<string>(),
    ];

    private static string Ports(IReadOnlyDictionary<string, int> ports) => string.Concat(ports.Select(port => $" {port.Key}={port.Value}"));

    private IEnumerable<string> Where() => _world.State.Running.Assignments.All.Select(held =>
        $"{held.Instance} on {_world.Input.NameOf(held.Node)} version {held.SpecVersion} {(held.Wanted ? "wanted" : "stopped")}{Ports(held.Ports)}");

    private IEnumerable<string> Explain(InstanceId instance)
    {
        var told = Explaining.Of(_world.Input, instance);
        return told is null
            ? ["no such instance"]
            : [.. told.Nodes.Select(node => $"{node.Node.Name}{(node.Taken ? " taken" : "")}{(node.Possible ? "" : " not possible")} {node.Score}: {string.Join("; ", node.Reasons)}"), .. told.Next.Select(next => $"next: {next}")];
    }
}
