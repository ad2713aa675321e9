namespace Pryv.Consensus.Replication;

/// <summary>The proposals of a leadership that are not applied yet, in log order. Each knows its term: leadership may go and come back between two looks.</summary>
internal sealed class PendingProposals
{
    private readonly Queue<(LogIndex Index, Term Term, long Token)> _waiting = new();

    public void Add(LogIndex index, Term term, long token) => _waiting.Enqueue((index, term, token));

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

    /// <summary>Only proposals of the term that is led now are still known: others may be committed by the next leader, or replaced.</summary>
    public IEnumerable<ReplicaEffect> Lose(Term? led)
    {
        while (_waiting.TryPeek(out var proposal) && proposal.Term != led)
        {
            _waiting.Dequeue();
            yield return new ReplicaEffect.ProposalDone(
                proposal.Token, ProposalStatus.Unknown, proposal.Index, null, "leadership was lost before the entry was committed");
        }
    }
}
