namespace Pryv.Consensus.Quorum;

/// <summary>Agreement of the new and, while a change is under way, of the old voters too (Raft, section 6).</summary>
public readonly record struct JointQuorum(MajorityQuorum Incoming, MajorityQuorum Outgoing)
{
    public LogIndex Committed(Func<MemberId, LogIndex> acknowledged) =>
        LogIndex.Min(Incoming.Committed(acknowledged), Outgoing.Committed(acknowledged));

    public VoteResult Result(Func<MemberId, bool?> vote)
    {
        var incoming = Incoming.Result(vote);
        var outgoing = Outgoing.Result(vote);
        if (incoming == VoteResult.Lost || outgoing == VoteResult.Lost)
        {
            return VoteResult.Lost;
        }

        return incoming == VoteResult.Won && outgoing == VoteResult.Won ? VoteResult.Won : VoteResult.Pending;
    }
}
