namespace Pryv.Consensus.Running;

/// <summary>
/// Reads that share a question: one is under way at a time, and all who come meanwhile share the next, as in etcd's
/// linearizableReadLoop. So a busy member asks the leader once for many reads. Thread-safe.
/// </summary>
/// <param name="ask">Puts the question on its way to the replica's thread.</param>
internal sealed class GatheredReads(Action ask)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<LogIndex?>? _gathering;
    private TaskCompletionSource<LogIndex?>? _underWay;
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

            if (_gathering is null)
            {
                _gathering = new TaskCompletionSource<LogIndex?>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_underWay is null)
                {
                    ask();
                }
            }

            return _gathering.Task;
        }
    }

    /// <summary>The question is being asked now: who comes from now on waits for the next, since what it finds may not be new enough for them.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            (_underWay, _gathering) = (_gathering, null);
        }
    }

    /// <summary>The answer, and the next question where somebody waits for one.</summary>
    public void Finish(LogIndex? index)
    {
        TaskCompletionSource<LogIndex?>? done;
        lock (_gate)
        {
            (done, _underWay) = (_underWay, null);
            if (_gathering is not null)
            {
                ask();
            }
        }

        done?.TrySetResult(index);
    }

    /// <summary>No question is answered any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _gathering?.TrySetResult(null);
            _underWay?.TrySetResult(null);
            (_gathering, _underWay) = (null, null);
        }
    }
}
