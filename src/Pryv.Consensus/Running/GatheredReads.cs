using System.Diagnostics;

namespace Pryv.Consensus.Running;

/// <summary>
/// Reads that share a question: one is under way at a time, and all who come meanwhile share the next, as in etcd's
/// linearizableReadLoop. Those who were just answered often read again at once: for a moment the next question waits until as many
/// have come as there were, so that a busy member asks the leader once for all of them. A lone reader never waits. Thread-safe.
/// </summary>
/// <param name="ask">Puts the question on its way to the replica's thread.</param>
/// <param name="patience">For how long a question waits for more readers at most.</param>
internal sealed class GatheredReads(Action ask, TimeSpan patience)
{
    private readonly Lock _gate = new();
    private Question? _gathering;
    private Question? _underWay;
    private int _expected;
    private long _waitsUntil;
    private bool _ended;

    /// <summary>Joins the next question.</summary>
    public Task<LogIndex?> JoinAsync()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return Task.FromResult<LogIndex?>(null);
            }

            _gathering ??= new Question();
            _gathering.Readers++;
            AskIf(_gathering.Readers >= _expected);
            return _gathering.Answer;
        }
    }

    /// <summary>How long the next question may wait for more readers, in whole milliseconds; <see cref="int.MaxValue"/> while none does.</summary>
    /// <param name="now">As of <see cref="Stopwatch.GetTimestamp"/>, here and below.</param>
    public int MillisecondsLeft(long now)
    {
        lock (_gate)
        {
            var left = Stopwatch.GetElapsedTime(now, _waitsUntil).TotalMilliseconds;
            return _expected == 0 ? int.MaxValue : (int)Math.Max(0, Math.Ceiling(left));
        }
    }

    /// <summary>Asks for those who have come when the others did not in time; from then on nobody waits for others.</summary>
    public void StopWaiting(long now)
    {
        lock (_gate)
        {
            if (_expected > 0 && now >= _waitsUntil)
            {
                _expected = 0;
                AskIf(_gathering is not null);
            }
        }
    }

    /// <summary>The question is being asked now: who comes from now on waits for the next, since what it finds may not be new enough for them.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            (_underWay, _gathering, _expected) = (_gathering, null, 0);
        }
    }

    /// <summary>The answer, and the next question where enough wait for one.</summary>
    public void Finish(LogIndex? index, long now)
    {
        Question? done;
        lock (_gate)
        {
            (done, _underWay) = (_underWay, null);
            var (answered, waiting) = (done?.Readers ?? 0, _gathering?.Readers ?? 0);
            (_expected, _waitsUntil) = (answered + waiting > 1 ? answered + waiting : 0, now + (long)(patience.TotalSeconds * Stopwatch.Frequency));
            AskIf(waiting > 0 && waiting >= _expected);
        }

        done?.Finish(index);
    }

    /// <summary>No question is answered any more.</summary>
    public void End()
    {
        Question?[] open;
        lock (_gate)
        {
            _ended = true;
            open = [_gathering, _underWay];
            (_gathering, _underWay, _expected) = (null, null, 0);
        }

        Array.ForEach(open, question => question?.Finish(null));
    }

    private void AskIf(bool isTime)
    {
        if (isTime && _underWay is null && _gathering is { IsAsked: false })
        {
            _gathering.IsAsked = true;
            ask();
        }
    }

    /// <summary>One question and those who wait for its answer.</summary>
    private sealed class Question : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<LogIndex?> _done = new();
        private LogIndex? _index;

        public int Readers { get; set; }

        public bool IsAsked { get; set; }

        public Task<LogIndex?> Answer => _done.Task;

        /// <summary>All readers go on one after the other, in one item of the pool: an item each would wake threads for each.</summary>
        public void Finish(LogIndex? index)
        {
            _index = index;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        void IThreadPoolWorkItem.Execute() => _done.TrySetResult(_index);
    }
}
