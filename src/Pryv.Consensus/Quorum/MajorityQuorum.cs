using System.Collections.Immutable;

namespace Pryv.Consensus.Quorum;

/// <summary>A set of voters and the two questions that it answers. The empty set agrees to everything, so that it has no say in a joint decision.</summary>
public readonly record struct MajorityQuorum(ImmutableArray<MemberId> Voters)
{
    /// <summary>The highest index that a majority has acknowledged.</summary>
    public LogIndex Committed(Func<MemberId, LogIndex> acknowledged)
    {
        if (Voters.IsEmpty)
        {
            return new LogIndex(long.MaxValue);
        }

        Span<long> indexes = Voters.Length <= 16 ? stackalloc long[Voters.Length] : new long[Voters.Length];
        for (var i = 0; i < Voters.Length; i++)
        {
            indexes[i] = acknowledged(Voters[i]).Value;
        }

        indexes.Sort();
        return new LogIndex(indexes[(Voters.Length - 1) / 2]);
    }

    /// <summary>Whether the vote is won, lost or open; <paramref name="vote"/> gives null for who has not answered.</summary>
    public VoteResult Result(Func<MemberId, bool?> vote)
    {
        if (Voters.IsEmpty)
        {
            return VoteResult.Won;
        }

        var granted = 0;
        var rejected = 0;
        foreach (var voter in Voters)
        {
            var answer = vote(voter);
            granted += answer == true ? 1 : 0;
            rejected += answer == false ? 1 : 0;
        }

        var needed = (Voters.Length / 2) + 1;
        if (granted >= needed)
        {
            return VoteResult.Won;
        }

        return Voters.Length - rejected < needed ? VoteResult.Lost : VoteResult.Pending;
    }
}
