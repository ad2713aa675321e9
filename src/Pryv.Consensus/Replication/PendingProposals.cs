namespace Pryv.Consensus.Replication;

/// <summary>The proposals of this leadership that are not applied yet, in log order.</summary>
internal sealed class PendingProposals
{
    private readonly Queue<(LogIndex Index, long Token)> _waiting = new();

    public void Add(LogIndex index, long token) => _waiting.Enqueue((index, token));

    /// <summary>The results of the entries up to <paramref name="last"/> answer the proposals among them.</summary>
    public IEnumerable<ReplicaEffect> Applied(LogIndex last, IReadOnlyList<object?> results)
    {
        while (_waiting.TryPeek(out var proposal) && proposal.Index <= last)
        {
            _waiting.Dequeue();
            var result = results[(int)(results.Count - 1 - (last - proposal.Index))];
            yield return new ReplicaEffect.ProposalDone(proposal.Token, ProposalStatus.Applied, proposal.Index, result, null);
        }
    }

    /// <summary>Leadership is gone: what was appended may be committed by the next leader, or replaced.</summary>
    public IEnumerable<ReplicaEffect> Lose()
    {
        while (_waiting.TryDequeue(out var proposal))
        {
            yield return new ReplicaEffect.ProposalDone(
                proposal.Token, ProposalStatus.Unknown, proposal.Index, null, "leadership was lost before the entry was committed");
        }
    }
}
