using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Puts every instance that is or should be into a bucket; looks at each for itself, so that the order does not matter.</summary>
internal static class Sorting
{
    public static List<Sorted> Of(PlanInput input)
    {
        var sorted = new List<Sorted>(input.Running.Assignments.Count);
        foreach (var component in input.Running.Components.Values)
        {
            var ordinals = component.Deleting ? 0 : component.Spec.Count;
            for (var ordinal = 0; ordinal < ordinals; ordinal++)
            {
                var id = new InstanceId(component.Name, ordinal);
                sorted.Add(input.Running.Assignments.Find(id) is { } assignment ? Assigned(input, component, assignment) : Unassigned(component, id));
            }
        }

        foreach (var assignment in input.Running.Assignments.All)
        {
            if (input.Running.Components.GetValueOrDefault(assignment.Instance.Component) is { } component && IsSurplus(component, assignment.Instance))
            {
                sorted.Add(Surplus(input, component, assignment));
            }
        }

        return sorted;
    }

    public static bool IsSurplus(Component component, InstanceId instance) => component.Deleting || instance.Ordinal >= component.Spec.Count;

    /// <summary>Whether another node may be given it: neither the spec that it was given out with nor the present one binds it to its home.</summary>
    public static bool IsMovable(Component component, Assignment assignment) =>
        assignment.Spec.Home == HomePolicy.Anywhere && (assignment.Spec.Exclusive || !component.Spec.Exclusive);

    private static Sorted Unassigned(Component component, InstanceId id) => component.Stopped
        ? new Sorted(id, component, null, Bucket.Ignore, $"component {component.Name} is stopped")
        : new Sorted(id, component, null, Bucket.Place, $"{component.Name} wants {component.Spec.Count}");

    private static Sorted Surplus(PlanInput input, Component component, Assignment assignment)
    {
        var why = component.Deleting ? $"component {component.Name} is being deleted" : $"{component.Name} wants {component.Spec.Count}";
        var node = input.State.Nodes.Find(assignment.Node);
        var isGone = node is null or { IsGone: true };
        if (isGone || node!.State == NodeState.Dead)
        {
            return SurplusOfSilent(input, component, assignment, isGone, why);
        }

        return assignment.Wanted
            ? new Sorted(assignment.Instance, component, assignment, Bucket.Stop, why)
            : WhenStopped(input, component, assignment, Bucket.Remove, why);
    }

    private static Sorted SurplusOfSilent(PlanInput input, Component component, Assignment assignment, bool isGone, string why)
    {
        var node = input.NameOf(assignment.Node);
        if (!isGone && assignment.Spec is { Exclusive: true, IsLeased: false })
        {
            return new Sorted(
                assignment.Instance, component, assignment, Bucket.Wait,
                $"{why}; node {node} is dead and may still run it: it is removed when the node is back or decommissioned");
        }

        return WhenLeaseEnded(input, component, assignment, Bucket.Remove, $"{why}, and node {node} is {(isGone ? "gone" : "dead")}");
    }

    private static Sorted Assigned(PlanInput input, Component component, Assignment assignment)
    {
        var node = input.State.Nodes.Find(assignment.Node);
        if (node is null or { IsGone: true })
        {
            return OfGoneNode(input, component, assignment);
        }

        if (component.Stopped)
        {
            return assignment.Wanted
                ? new Sorted(assignment.Instance, component, assignment, Bucket.Stop, $"component {component.Name} is stopped")
                : new Sorted(assignment.Instance, component, assignment, Bucket.Ignore, $"component {component.Name} is stopped");
        }

        return input.Running.StatusOf(assignment) is { State: InstanceState.DataLost } lost
            ? new Sorted(assignment.Instance, component, assignment, Bucket.Lost, $"its data on node {node.Name} is lost: {lost.Detail}")
            : OfNode(input, component, assignment, node);
    }

    private static Sorted OfGoneNode(PlanInput input, Component component, Assignment assignment)
    {
        var node = input.NameOf(assignment.Node);
        if (assignment.Spec.KeepsData && assignment.HomeMade)
        {
            return new Sorted(
                assignment.Instance, component, assignment, Bucket.Lost,
                $"its home was on node {node}, which was taken out of the cluster with its data; delete the component or lower its count to give it up");
        }

        return component.Stopped
            ? new Sorted(assignment.Instance, component, assignment, Bucket.Ignore, $"component {component.Name} is stopped")
            : WhenLeaseEnded(input, component, assignment, Bucket.ReplaceFromDead, $"node {node} was taken out of the cluster");
    }

    private static Sorted OfNode(PlanInput input, Component component, Assignment assignment, Node node)
    {
        var isMovable = IsMovable(component, assignment);
        return node.State switch
        {
            NodeState.Dead when isMovable => WhenLeaseEnded(input, component, assignment, Bucket.ReplaceFromDead, $"node {node.Name} is dead"),
            NodeState.Dead => new Sorted(
                assignment.Instance, component, assignment, Bucket.WaitForHome, $"its home {node.Name} is dead; its home policy is to wait until the node is back"),
            NodeState.Draining or NodeState.Decommissioning when isMovable => new Sorted(
                assignment.Instance, component, assignment, Bucket.Move, $"node {node.Name} is {node.State.Word()}"),
            NodeState.Draining or NodeState.Ready => OfReady(component, assignment, node),
            NodeState.Decommissioning => new Sorted(
                assignment.Instance, component, assignment, Bucket.WaitForHome, $"its home {node.Name} is being decommissioned, with its data"),
            _ when assignment.Wanted && assignment.SpecVersion == component.Version => new Sorted(assignment.Instance, component, assignment, Bucket.Keep, assignment.Reason),
            _ => new Sorted(assignment.Instance, component, assignment, Bucket.Wait, $"node {node.Name} is {node.State.Word()}; what is to be changed waits until it is ready"),
        };
    }

    private static Sorted OfReady(Component component, Assignment assignment, Node node)
    {
        if (assignment.SpecVersion != component.Version)
        {
            return new Sorted(
                assignment.Instance, component, assignment, Bucket.Update, $"it has version {assignment.SpecVersion} of {component.Name}, and {component.Version} is wanted");
        }

        if (!assignment.Wanted)
        {
            return new Sorted(assignment.Instance, component, assignment, Bucket.Start, $"{component.Name} is to run, and {assignment.Instance} is stopped on node {node.Name}");
        }

        return new Sorted(assignment.Instance, component, assignment, Bucket.Keep, assignment.Reason);
    }

    /// <summary>The bucket, once the instance has ended on a node that lives.</summary>
    public static Sorted WhenStopped(PlanInput input, Component component, Assignment assignment, Bucket then, string why) => input.IsStopped(assignment)
        ? WhenLeaseEnded(input, component, assignment, then, why)
        : new Sorted(assignment.Instance, component, assignment, Bucket.Wait, $"{why}: waits until node {input.NameOf(assignment.Node)} says that it has stopped");

    private static Sorted WhenLeaseEnded(PlanInput input, Component component, Assignment assignment, Bucket then, string why) => input.LeaseHasEnded(assignment)
        ? new Sorted(assignment.Instance, component, assignment, then, why)
        : new Sorted(
            assignment.Instance, component, assignment, Bucket.Wait, $"{why}: waits until the lease of node {input.NameOf(assignment.Node)} has ended for certain", ByTime: true);
}
