namespace Pryvd.Planning;

/// <summary>
/// What should run against what does: the decisions to be made now (R3, R4, H2). The same input gives the same plan, and a plan that
/// was carried out is followed by a silent one.
/// </summary>
public static class Planner
{
    public static Plan Plan(PlanInput input)
    {
        var draft = new PlanDraft(input);
        Remove(draft);
        Stop(draft);
        ReplaceFromDead(draft);
        Place(draft);
        Move(draft);
        Update(draft);
        Start(draft);
        Wait(draft);
        return draft.Finish();
    }

    private static void Remove(PlanDraft draft)
    {
        foreach (var item in draft.In(Bucket.Remove))
        {
            draft.Decide(item, DecisionAction.Remove, item.Why);
        }
    }

    private static void Stop(PlanDraft draft)
    {
        foreach (var item in draft.In(Bucket.Stop))
        {
            draft.Decide(item, DecisionAction.Stop, item.Why);
        }
    }

    /// <summary>All at once but for what one node can start at a time, so that a lost rack is one plan and no survivor is overrun.</summary>
    private static void ReplaceFromDead(PlanDraft draft)
    {
        foreach (var item in draft.In(Bucket.ReplaceFromDead))
        {
            draft.Place(item, draft.Input.State.Settings.FailoverParallel);
        }
    }

    private static void Place(PlanDraft draft)
    {
        foreach (var item in draft.In(Bucket.Place))
        {
            draft.Place(item, parallel: null);
        }
    }

    private static void Move(PlanDraft draft)
    {
        foreach (var component in draft.In(Bucket.Move).GroupBy(item => item.Component.Name, StringComparer.Ordinal))
        {
            Moving.MoveAll(draft, [.. component]);
        }
    }

    private static void Update(PlanDraft draft)
    {
        foreach (var component in draft.Components)
        {
            RollingUpdate.Plan(draft, [.. component]);
        }
    }

    private static void Start(PlanDraft draft)
    {
        foreach (var item in draft.In(Bucket.Start))
        {
            draft.Decide(item, DecisionAction.Start, item.Why);
        }
    }

    /// <summary>Those whose bucket is to wait say what for.</summary>
    private static void Wait(PlanDraft draft)
    {
        foreach (var item in draft.Sorted.Where(item => item.Bucket is Bucket.WaitForHome or Bucket.Lost or Bucket.Wait))
        {
            draft.Wait(item, item.Why);
        }
    }
}
