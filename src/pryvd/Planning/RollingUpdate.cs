using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>
/// The instances of one component get its present spec one after the other: the next one when all that have it are healthy (H5, R5). The first
/// that does not get healthy halts it. Those that do not run, and those that run the same under it, get it at once.
/// </summary>
internal static class RollingUpdate
{
    public static void Plan(PlanDraft draft, IReadOnlyList<Sorted> instances)
    {
        var outdated = instances.Where(item => item.Bucket == Bucket.Update).ToList();
        foreach (var item in outdated.Where(item => !item.Assignment!.Wanted))
        {
            UpdateStopped(draft, item);
        }

        outdated.RemoveAll(item => item.Assignment!.Wanted && TryInPlace(draft, item));
        var running = outdated.Where(item => item.Assignment!.Wanted).OrderBy(item => IsHealthy(draft, item)).ThenBy(item => item.Instance).ToList();
        if (running.Count == 0)
        {
            return;
        }

        if (Gate(draft, instances) is { } closed)
        {
            running.ForEach(item => draft.Wait(item, $"{item.Why}; {closed}"));
            return;
        }

        var updated = running.FindIndex(item => TryUpdate(draft, item));
        foreach (var item in running.Skip(updated + 1).Where(_ => updated >= 0))
        {
            draft.Wait(item, $"{item.Why}; one instance at a time: after {running[updated].Instance}");
        }
    }

    /// <summary>What goes on to run the same gets its new spec at once: nothing of it is stopped, so nothing is waited for.</summary>
    private static bool TryInPlace(PlanDraft draft, Sorted item)
    {
        var (held, spec) = (item.Assignment!, item.Component.Spec);
        if (held.RunVersion != item.Component.RunVersion || Obstacle.OfTags(draft.Pool.Find(held.Node)!, spec) is not null)
        {
            return false;
        }

        draft.Decide(item, DecisionAction.Update, $"{item.Why}, which runs the same: it is not restarted", held.Ports);
        return true;
    }

    /// <summary>What the next update waits for, or null.</summary>
    private static string? Gate(PlanDraft draft, IReadOnlyList<Sorted> instances)
    {
        var version = instances[0].Component.RunVersion;
        foreach (var item in instances)
        {
            if (item is not { Stays: true, Bucket: not Bucket.WaitForHome, Assignment: { Wanted: true } held } || held.RunVersion != version || IsOnDead(draft, held))
            {
                continue;
            }

            var status = draft.Input.Running.StatusOf(held);
            if (status is not { State: InstanceState.Healthy } || status.SpecVersion != version)
            {
                return IsBad(status)
                    ? $"the update is halted, because {item.Instance} is {ComponentText.Of(status!.State)} with version {version}: {status.Detail}"
                    : $"waits until {item.Instance} is healthy with version {version}";
            }
        }

        return null;
    }

    private static bool IsBad(InstanceStatus? status) =>
        status?.State is InstanceState.CrashLoop or InstanceState.Failed or InstanceState.Unhealthy or InstanceState.Backoff or InstanceState.DataLost;

    private static bool IsOnDead(PlanDraft draft, Assignment held) => draft.Input.State.Nodes.Find(held.Node)?.State is null or NodeState.Dead;

    private static bool IsHealthy(PlanDraft draft, Sorted item) => draft.Input.Running.StatusOf(item.Assignment!) is { State: InstanceState.Healthy };

    /// <summary>Whether something was decided; else what it waits for was noted.</summary>
    private static bool TryUpdate(PlanDraft draft, Sorted item)
    {
        var held = item.Assignment!;
        var slot = draft.Pool.Find(held.Node)!;
        var spec = item.Component.Spec;
        if (Misfit(slot, item) is { } misfit)
        {
            return Leave(draft, item, misfit);
        }

        if (spec.IsLeased && !held.Spec.IsLeased)
        {
            draft.Decide(item, DecisionAction.Stop, $"{item.Why}, under which it is held on a lease: it is stopped once, so that no run without a lease is left");
            return true;
        }

        return Update(draft, item, slot);
    }

    private static void UpdateStopped(PlanDraft draft, Sorted item)
    {
        var held = item.Assignment!;
        var slot = draft.Pool.Find(held.Node)!;
        if (Misfit(slot, item) is { } misfit)
        {
            Leave(draft, item, misfit);
        }
        else if (item.Component.Spec.IsLeased && !held.Spec.IsLeased && !draft.Input.IsStopped(held))
        {
            draft.Wait(item, $"{item.Why}: waits until node {slot.Node.Name} says that it has stopped");
        }
        else
        {
            Update(draft, item, slot);
        }
    }

    private static bool Update(PlanDraft draft, Sorted item, NodeSlot slot)
    {
        var (held, spec) = (item.Assignment!, item.Component.Spec);
        if (GivenPorts.Of(slot, spec, item.Instance, held.Ports, draft.Input.State.Settings) is not { } ports)
        {
            draft.Wait(item, $"{item.Why}; no port is left on node {slot.Node.Name} in the range of the cluster");
            return false;
        }

        Change(slot, changed => changed.Replace(item.Instance, held.Spec.Resources, held.Ports, spec.Resources, ports));
        draft.Decide(item, DecisionAction.Update, item.Why, ports);
        return true;
    }

    private static void Change(NodeSlot slot, Action<NodeSlot> change)
    {
        if (slot.Class is { } nodes)
        {
            nodes.Change(slot, change);
        }
        else
        {
            change(slot);
        }
    }

    private static string? Misfit(NodeSlot slot, Sorted item) =>
        Obstacle.OfTags(slot, item.Component.Spec)
        ?? Obstacle.OfRoom(slot, item.Component.Spec, item.Instance, item.Assignment!.Spec.Resources, parallel: null);

    /// <summary>Its node does not fit the new spec: another one may, unless its data binds it.</summary>
    private static bool Leave(PlanDraft draft, Sorted item, string misfit)
    {
        var why = $"{item.Why}, which does not fit node {draft.Input.NameOf(item.Assignment!.Node)}: {misfit}";
        if (!Sorting.IsMovable(item.Component, item.Assignment) || !draft.HasRoom(item))
        {
            draft.Wait(item, $"{why}; change the component, or make room on that node");
            return false;
        }

        Moving.Move(draft, item with { Bucket = Bucket.Move, Why = why });
        return true;
    }
}
