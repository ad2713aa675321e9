using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>
/// An instance leaves a node that lives. Where two must never run at once it is stopped first, and given away when its node has said
/// that it has ended; others are given away at once. Nothing is stopped that has nowhere to go.
/// </summary>
internal static class Moving
{
    public static void Move(PlanDraft draft, Sorted item)
    {
        var assignment = item.Assignment!;
        if (!assignment.Spec.Exclusive)
        {
            draft.Place(item, parallel: null);
        }
        else if (assignment.Wanted)
        {
            StopFirst(draft, item);
        }
        else if (Sorting.WhenStopped(draft.Input, item.Component, assignment, Bucket.Move, item.Why) is { Bucket: Bucket.Wait } waiting)
        {
            draft.Wait(waiting, waiting.Why);
        }
        else
        {
            draft.Place(item, parallel: null);
        }
    }

    private static void StopFirst(PlanDraft draft, Sorted item)
    {
        if (draft.HasRoom(item))
        {
            draft.Decide(item, DecisionAction.Stop, $"{item.Why}: stopped here, to go on elsewhere");
        }
        else
        {
            draft.Wait(item, $"{item.Why}, and it stays there: {draft.WhyNoRoom(item)}");
        }
    }
}
