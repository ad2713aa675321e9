namespace Simulation.Mutations;

/// <summary>A classic bug: a place below src and what stands there instead.</summary>
public sealed record Mutant(string Name, string File, string Original, string Planted)
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("votes twice in a term", "Pryv.Consensus/Core/RaftCore.Election.cs", "var free = _votedFor == m.From || (_votedFor.IsNone && Leader.IsNone);", "var free = true;"),
        new("forgets the vote", "Pryv.Consensus/Core/RaftCore.Ready.cs", "new HardState(Term, _votedFor,", "new HardState(Term, MemberId.None,"),
        new("votes for any log", "Pryv.Consensus/LogPosition.cs", "Term > other.Term || (Term == other.Term && Index >= other.Index)", "true"),
        new("commits an old term by counting", "Pryv.Consensus/Core/RaftCore.Leader.cs", " || _log.TermAt(acknowledged) != Term)", ")"),
        new("commits what one member has", "Pryv.Consensus/Quorum/MajorityQuorum.cs", "indexes[(Voters.Length - 1) / 2]", "indexes[^1]"),
        new("asks the new voters alone", "Pryv.Consensus/Quorum/JointQuorum.cs", "LogIndex.Min(Incoming.Committed(acknowledged), Outgoing.Committed(acknowledged))", "Incoming.Committed(acknowledged)"),
        new("reads without confirming leadership", "Pryv.Consensus/Core/PendingReads.cs", " || quorum.Result(id => answered(id) >= _round ? true : null) != VoteResult.Won)", ")"),
        new("reads before its term has committed", "Pryv.Consensus/Core/RaftCore.Reads.cs", " || _reads.RoundIsOut || !HasCommittedInTerm)", " || _reads.RoundIsOut)"),
        new("cuts its log on a doubled append", "Pryv.Consensus/Core/RaftCore.Append.cs", "entries.SkipWhile(e => _log.TermAt(e.Index) == e.Term).ToList()", "entries.ToList()"),
        new("tells commits past what a member is known to have", "Pryv.Consensus/Core/RaftCore.Append.cs", "LogIndex.Min(Commit, p.Match), _round)", "Commit, _round)"),
        new("promotes a lagging learner", "Pryv.Consensus/Membership/Autopilot.cs", " && view(m.Id).StableTicks >= policy.StableTicks)", ")"),
        new("acknowledges before the flush", "Pryv.Consensus/Replication/Replica.cs", "            _persist.Add(ready);\n", "            _persist.Add(ready with { MessagesAfterPersist = [] });\n            Release(ready.MessagesAfterPersist);\n"),
        new("appends to the log that a snapshot began anew", "Pryv.Consensus/Replication/Replica.Snapshots.cs", "_toInstall is { } snapshot && !_persist.HoldsEntries", "_toInstall is { } snapshot"),
    ];

    public override string ToString() => Name;
}
