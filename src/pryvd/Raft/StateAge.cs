using System.Diagnostics;
using Pryv.Consensus;

namespace Pryvd.Raft;

/// <summary>
/// How old the state here is: how long ago it was last known to hold everything that was committed. That a leader was heard a
/// moment ago says nothing of a node that is still catching up with it.
/// </summary>
public sealed class StateAge
{
    /// <summary>Past this many the newest is replaced, which makes the state look older, never younger.</summary>
    private const int MaxMarks = 64;

    private readonly Lock _gate = new();
    private readonly Queue<(LogIndex Commit, long At)> _marks = new();
    private (LogIndex Commit, long At)? _newest;
    private long? _reachedAt;

    /// <summary>At <paramref name="at"/> everything up to <paramref name="commit"/> was committed, and nothing more that is known of here.</summary>
    /// <param name="commit">A lower one than was heard before counts as that: leaders tell followers only what those have.</param>
    /// <param name="applied">What is applied here.</param>
    /// <param name="at">A timestamp of <see cref="Stopwatch"/>.</param>
    public void Heard(LogIndex commit, LogIndex applied, long at)
    {
        lock (_gate)
        {
            if (_newest is { } newest)
            {
                commit = LogIndex.Max(commit, newest.Commit);
                if (commit > newest.Commit && _marks.Count < MaxMarks)
                {
                    _marks.Enqueue(newest);
                }
            }

            _newest = (commit, at);
            Reach(applied);
        }
    }

    /// <summary>Null when it is not known.</summary>
    public TimeSpan? Of(LogIndex applied, long now)
    {
        lock (_gate)
        {
            Reach(applied);
            return _reachedAt is { } at ? Stopwatch.GetElapsedTime(at, Math.Max(at, now)) : null;
        }
    }

    private void Reach(LogIndex applied)
    {
        while (_marks.TryPeek(out var mark) && mark.Commit <= applied)
        {
            _reachedAt = _marks.Dequeue().At;
        }

        if (_marks.Count == 0 && _newest is { } newest && newest.Commit <= applied)
        {
            _reachedAt = newest.At;
        }
    }
}
