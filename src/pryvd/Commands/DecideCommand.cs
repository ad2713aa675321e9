using Google.Protobuf.Collections;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Component = Pryvd.Model.Components.Component;

namespace Pryvd.Commands;

/// <summary>
/// What the leader decided, each decision for itself: one whose records have changed since it was made is refused by its
/// position, the others hold (O4). The decision and its reason are an event (O5).
/// </summary>
internal static class DecideCommand
{
    public static CommandReply Apply(Draft draft, Decide command)
    {
        if (command.Decisions.Count is 0 or > Limits.DecisionsInCommand)
        {
            return Reply.Invalid($"a command holds from 1 to {Limits.DecisionsInCommand} decisions, not {command.Decisions.Count}");
        }

        var reply = Reply.Ok();
        for (var i = 0; i < command.Decisions.Count; i++)
        {
            if (Apply(draft, command.Decisions[i]) is { } refusal)
            {
                reply.Refused.Add(i, refusal);
            }
        }

        return reply;
    }

    /// <summary>Why the decision does not hold, or null when it was carried out.</summary>
    private static string? Apply(Draft draft, Decision decision)
    {
        var instance = new InstanceId(decision.Component, decision.Ordinal);
        var component = draft.State.Running.Components.GetValueOrDefault(decision.Component);
        var old = draft.State.Running.Assignments.Find(instance);
        if (Stale(decision, component, old) is { } stale)
        {
            return stale;
        }

        return (decision.Action, component, old) switch
        {
            ("place", { } wanted, _) => Place(draft, decision, wanted, instance, old),
            ("update", { } wanted, { } held) => Update(draft, decision, wanted, held),
            ("start", { } wanted, { } held) => Start(draft, decision, wanted, held),
            ("stop", _, { } held) => Stop(draft, decision, held),
            ("remove", { } wanted, { } held) => Remove(draft, decision, wanted, held),
            ("place" or "update" or "start" or "stop" or "remove", _, _) => $"{instance} has no assignment, or its component is gone",
            _ => $"'{Clip.To(decision.Action, 32)}' is no action; it is place, update, stop, start or remove",
        };
    }

    private static string? Stale(Decision decision, Component? component, Assignment? old)
    {
        var version = component?.Version ?? 0;
        if (version != decision.ComponentVersion)
        {
            return $"component {Clip.To(decision.Component, Names.MaxName)} has version {version}, decided was from {decision.ComponentVersion}";
        }

        var changed = old?.Changed ?? LogIndex.Zero;
        return changed.Value == decision.AssignmentChanged
            ? null
            : $"the assignment was changed at index {changed}, decided was from {decision.AssignmentChanged}";
    }

    private static string? Place(Draft draft, Decision decision, Component component, InstanceId instance, Assignment? old)
    {
        var id = new NodeId(decision.NodeId);
        if ((NotRunning(component, instance) ?? NotTaking(draft, id, decision.NodeChanged) ?? BadPorts(draft, decision.Ports, component.Spec, id, instance)) is { } problem)
        {
            return problem;
        }

        if (old is null && draft.State.Running.Assignments.Count >= Limits.Instances)
        {
            return $"the cluster has {Limits.Instances} instances, which is the most it may have";
        }

        // What was said of the instance was said of another generation.
        draft.RemoveStatus(instance);
        draft.Change(old, Placed(draft, decision, component, old), "instance.placed");
        return null;
    }

    private static Assignment Placed(Draft draft, Decision decision, Component component, Assignment? old) => new()
    {
        Instance = new InstanceId(decision.Component, decision.Ordinal),
        Node = new NodeId(decision.NodeId),
        Generation = draft.Index.Value,
        SpecVersion = component.Version,
        RunVersion = component.RunVersion,
        Spec = component.Spec,
        Wanted = true,
        HomeMade = old is { HomeMade: true } && old.Node.Value == decision.NodeId,
        Restart = 0,
        Ports = Numbers(decision.Ports),
        Reason = Clip.To(decision.Reason, Limits.ReasonCharacters),
        Changed = draft.Index,
    };

    private static string? Update(Draft draft, Decision decision, Component component, Assignment old)
    {
        if ((OutOfCount(component, old.Instance) ?? BadPorts(draft, decision.Ports, component.Spec, old.Node, old.Instance)) is { } problem)
        {
            return problem;
        }

        if (component.Deleting || old.SpecVersion == component.Version)
        {
            return $"{old.Instance} has spec {old.SpecVersion} already, or its component is being deleted";
        }

        var next = old with { SpecVersion = component.Version, RunVersion = component.RunVersion, Spec = component.Spec, Ports = Numbers(decision.Ports) };
        draft.Change(old, WithReason(next, decision), "instance.updated");
        return null;
    }

    private static string? Start(Draft draft, Decision decision, Component component, Assignment old)
    {
        if ((NotRunning(component, old.Instance) ?? (old.Wanted ? $"{old.Instance} is wanted already" : null)) is { } problem)
        {
            return problem;
        }

        draft.Change(old, WithReason(old with { Wanted = true }, decision), "instance.started");
        return null;
    }

    private static string? Stop(Draft draft, Decision decision, Assignment old)
    {
        if (!old.Wanted)
        {
            return $"{old.Instance} is stopped already";
        }

        draft.Change(old, WithReason(old with { Wanted = false }, decision), "instance.stopped");
        return null;
    }

    private static string? Remove(Draft draft, Decision decision, Component component, Assignment old)
    {
        draft.RemoveStatus(old.Instance);
        draft.Remove(old);
        draft.Emit("instance.removed", InstanceDrafts.Subject(old.Instance), draft.Show(old), draft.Show(WithReason(old with { Wanted = false }, decision)));
        ComponentCommands.RemoveIfEmpty(draft, component);
        return null;
    }

    private static Assignment WithReason(Assignment item, Decision decision) =>
        item with { Reason = Clip.To(decision.Reason, Limits.ReasonCharacters) };

    private static string? NotRunning(Component component, InstanceId instance) =>
        component.Deleting || component.Stopped
            ? $"component {component.Name} is {(component.Deleting ? "being deleted" : "stopped")}"
            : OutOfCount(component, instance);

    private static string? OutOfCount(Component component, InstanceId instance) =>
        instance.Ordinal < 0 || instance.Ordinal >= component.Spec.Count
            ? $"component {component.Name} has {component.Spec.Count} instances, so there is no {instance}"
            : null;

    private static string? NotTaking(Draft draft, NodeId id, long decidedFrom)
    {
        if (draft.State.Nodes.Find(id) is not { } node)
        {
            return $"there is no node {Clip.To(id.Value, Names.MaxName)}";
        }

        if (node.Changed.Value != decidedFrom)
        {
            return $"node {node.Name} was changed at index {node.Changed}, decided was from {decidedFrom}";
        }

        var why = node.State != NodeState.Ready ? node.State.Word() : node.Cordoned ? "cordoned" : node.Role == NodeRole.Witness ? "a witness" : null;
        return why is null ? null : $"node {node.Name} takes no instances: it is {why}";
    }

    /// <summary>Every port of the spec has a number, the fixed ones their own, and the node gives none of them to another instance.</summary>
    private static string? BadPorts(Draft draft, MapField<string, int> ports, ComponentSpec spec, NodeId node, InstanceId instance)
    {
        if (ports.Count != spec.Ports.Count || ports.Values.Distinct().Count() < ports.Count)
        {
            return $"{instance} has {spec.Ports.Count} ports, given were {ports.Count}, or one number twice";
        }

        foreach (var (name, wanted) in spec.Ports)
        {
            if (!ports.TryGetValue(name, out var number) || number is < 1 or > SpecLimits.MaxPort || (wanted ?? number) != number)
            {
                return $"port {name} of {instance} was not given its number";
            }
        }

        var other = draft.State.Running.Assignments.On(node).FirstOrDefault(item => item.Instance != instance && item.Ports.Values.Any(ports.Values.Contains));
        return ports.Count > 0 && other is not null ? $"a port for {instance} is taken by {other.Instance} on that node" : null;
    }

    private static SortedDictionary<string, int> Numbers(MapField<string, int> ports) => new(ports, StringComparer.Ordinal);
}
