using System.Text.Json.Nodes;
using Pryv.V1;

namespace Pryvd.Cli.Printing;

/// <summary>The JSON of what is printed of components and routes. Names and order are a promise to scripts: only ever add at the end.</summary>
internal static class ComponentShapes
{
    public static JsonObject Component(Component component) => new()
    {
        ["name"] = component.Name,
        ["version"] = component.Version,
        ["state"] = ComponentText.State(component),
        ["instances"] = JsonText.Array(component.Instances, Instance),
        ["spec"] = JsonText.Value(component.SpecJson),
        ["changed_index"] = component.ChangedIndex,
    };

    public static JsonObject Instance(Instance instance) => new()
    {
        ["id"] = instance.Id,
        ["node"] = JsonText.OrNull(instance.Node),
        ["state"] = instance.State,
        ["detail"] = JsonText.OrNull(instance.Detail),
        ["since"] = instance.SinceMs == 0 ? null : Times.Rfc3339(instance.SinceMs),
        ["wanted"] = instance.Wanted,
        ["generation"] = instance.Generation,
        ["spec_version"] = instance.SpecVersion,
        ["address"] = JsonText.OrNull(instance.Address),
        ["ports"] = new JsonObject(instance.Ports.OrderBy(port => port.Key, StringComparer.Ordinal).Select(port => KeyValuePair.Create(port.Key, (JsonNode?)port.Value))),
        ["leased"] = instance.Leased,
        ["reason"] = JsonText.OrNull(instance.Reason),
    };

    public static JsonObject Diff(ComponentDiff diff) => new()
    {
        ["name"] = diff.Name,
        ["change"] = diff.Change,
        ["fields"] = JsonText.Array(diff.Fields, field => new JsonObject
        {
            ["path"] = field.Path,
            ["old"] = JsonText.Value(field.Old),
            ["new"] = JsonText.Value(field.New),
        }),
    };

    public static JsonObject Plan(PlanComponentsReply plan) => new()
    {
        ["components"] = JsonText.Array(plan.Components, Diff),
        ["decisions"] = JsonText.Array(plan.Decisions, item => new JsonObject
        {
            ["action"] = item.Action,
            ["instance"] = item.Instance,
            ["node"] = JsonText.OrNull(item.Node),
            ["reason"] = item.Reason,
        }),
        ["waits"] = JsonText.Array(plan.Waits, item => new JsonObject { ["instance"] = item.Instance, ["reason"] = item.Reason }),
    };

    public static JsonObject Routes(ListRoutesReply reply) => new()
    {
        ["routes"] = JsonText.Array(reply.Routes, route => new JsonObject
        {
            ["host"] = route.Host,
            ["targets"] = JsonText.Array(route.Targets, target => new JsonObject
            {
                ["instance"] = target.Instance,
                ["node"] = target.Node,
                ["address"] = target.Address,
                ["port"] = target.Port,
                ["generation"] = target.Generation,
            }),
        }),
        ["applied_index"] = reply.AppliedIndex,
    };
}
