using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>
/// An instance leaves a node that lives. Where two must never run at once it is stopped first, and given away when its node has said
/// that it has ended; others are given away at once. Nothing is stopped that has nowhere to go.
/// </summary>
internal static class Moving
{
    /// <summary>Of one component: the next leaves when the one before it runs elsewhere, so that a drain takes no more of it away than an update does.</summary>
    public static void MoveAll(PlanDraft draft, IReadOnlyList<Sorted> leaving)
    {
        var busy = draft.Of(leaving[0].Component).FirstOrDefault(item => IsStarting(draft, item));
        foreach (var item in leaving.OrderBy(item => item.Assignment!.Wanted))
        {
            if (busy is not null && item.Assignment!.Wanted)
            {
                draft.Wait(item, $"{item.Why}; one instance at a time: after {busy.Instance}");
            }
            else if (Move(draft, item) || !item.Assignment!.Wanted)
            {
                busy ??= item;
            }
        }
    }

    /// <returns>Whether it leaves now, or is stopped in order to; else it was noted what it waits for.</returns>
    public static bool Move(PlanDraft draft, Sorted item)
    {
        var assignment = item.Assignment!;
        if (!assignment.Spec.Exclusive)
        {
            return draft.Place(item, parallel: null);
        }

        if (assignment.Wanted)
        {
            return StopFirst(draft, item);
        }

        if (Sorting.WhenStopped(draft.Input, item.Component, assignment, Bucket.Move, item.Why) is { Bucket: Bucket.Wait } waiting)
        {
            draft.Wait(waiting, waiting.Why);
            return true;
        }

        return draft.Place(item, parallel: null);
    }

    /// <summary>What was given to a node that lives and was not healthy yet. One that crashes or fails holds up nobody.</summary>
    private static bool IsStarting(PlanDraft draft, Sorted item) =>
        item is { Bucket: Bucket.Keep, Assignment: { Wanted: true } held }
        && draft.Input.State.Nodes.Find(held.Node) is { IsSilent: false }
        && (draft.Input.Running.StatusOf(held)?.State ?? InstanceState.Pending) is
            InstanceState.Pending or InstanceState.Fetching or InstanceState.Preparing or InstanceState.Starting;

    private static bool StopFirst(PlanDraft draft, Sorted item)
    {
        if (!draft.HasRoom(item))
        {
            draft.Wait(item, $"{item.Why}, and it stays there: {draft.WhyNoRoom(item)}");
            return false;
        }

        draft.Decide(item, DecisionAction.Stop, $"{item.Why}: stopped here, to go on elsewhere");
        return true;
    }
}
