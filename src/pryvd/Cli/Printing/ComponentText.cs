using System.Text.Json.Nodes;
using Pryv.V1;

namespace Pryvd.Cli.Printing;

/// <summary>Components and instances for people.</summary>
internal static class ComponentText
{
    public static string State(Component component) => component switch
    {
        { Deleting: true } => "deleting",
        { Stopped: true } => "stopped",
        _ => "running",
    };

    public static string Healthy(Component component) =>
        $"{component.Instances.Count(instance => instance.State == "healthy")}/{component.Instances.Count}";

    public static string Ports(Instance instance) =>
        string.Join(",", instance.Ports.OrderBy(port => port.Key, StringComparer.Ordinal).Select(port => $"{port.Key}={port.Value}"));

    public static string Line(Instance instance) =>
        $"{instance.Id}  {(instance.Node == "" ? "no node" : instance.Node)}  {instance.State}{(instance.Detail == "" ? "" : $"  ({instance.Detail})")}";

    /// <summary>Why an instance is not as it was asked for; begins with its id.</summary>
    public static string Missing(Instance instance, long version) =>
        !instance.Wanted ? $"{instance.Id} is stopped"
        : instance.SpecVersion < version ? $"{instance.Id} still has version {instance.SpecVersion}"
        : $"{instance.Id} is {instance.State} on {instance.Node}{(instance.Detail == "" ? "" : $" ({instance.Detail})")}";

    /// <summary>What applying changes, a line each.</summary>
    public static IEnumerable<string> Lines(IEnumerable<ComponentDiff> components) => components.SelectMany(diff => diff.Fields
        .Select(field => $"    {field.Path}: {Change(field)}")
        .Prepend($"{Sign(diff.Change)} component {diff.Name} ({diff.Change})"));

    /// <summary>What the cluster would do, and what it would wait for.</summary>
    public static IEnumerable<string> Lines(PlanComponentsReply plan) => Lines(plan.Components)
        .Concat(plan.Decisions.Select(item => $"  {item.Action} {item.Instance}{(item.Node == "" ? "" : $" on {item.Node}")}: {item.Reason}"))
        .Concat(plan.Waits.Select(item => $"  {item.Instance} waits: {item.Reason}"));

    public static bool Changes(PlanComponentsReply plan) => plan.Decisions.Count > 0 || plan.Components.Any(diff => diff.Change != "unchanged");

    private static string Change(FieldDiff field) =>
        field.Old == "" ? field.New
        : field.New == "" ? $"{field.Old} goes"
        : $"{field.Old} -> {field.New}";

    private static string Sign(string change) => change switch
    {
        "new" => "+",
        "changed" => "~",
        _ => "=",
    };
}
