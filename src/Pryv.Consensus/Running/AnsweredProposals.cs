namespace Pryv.Consensus.Running;

/// <summary>Proposals whose outcome is known. Those who wait go on one after the other in one item of the pool: an item each would wake threads for each.</summary>
internal sealed class AnsweredProposals : IThreadPoolWorkItem
{
    private readonly List<(TaskCompletionSource<ProposalResult> Waiting, ProposalResult Result)> _answered = [];

    public void Add(TaskCompletionSource<ProposalResult> waiting, ProposalResult result) => _answered.Add((waiting, result));

    /// <summary>Tells all who wait, on the pool. Nothing may be added any more.</summary>
    public void Tell()
    {
        if (_answered.Count > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        foreach (var (waiting, result) in _answered)
        {
            waiting.TrySetResult(result);
        }
    }
}
