namespace Simulation;

/// <summary>Logical time: what is due is done in the order of (time, number), so that a seed gives one course of things and no other.</summary>
public sealed class Heart
{
    private readonly PriorityQueue<Action, (long Time, long Number)> _due = new();
    private long _number;

    public long Now { get; private set; }

    public void After(long delay, Action action) => _due.Enqueue(action, (Now + delay, _number++));

    /// <summary>Does the next thing that is due; false when there is none.</summary>
    public bool Beat()
    {
        if (!_due.TryDequeue(out var action, out var at))
        {
            return false;
        }

        Now = at.Time;
        action();
        return true;
    }
}
