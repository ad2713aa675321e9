namespace Simulation.Mutations;

/// <summary>A classic bug: a place in the sources of Pryv.Consensus and what stands there instead.</summary>
public sealed record Mutant(string Name, string File, string Original, string Planted)
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("votes twice in a term", "Core/RaftCore.Election.cs", "var free = _votedFor == m.From || (_votedFor.IsNone && Leader.IsNone);", "var free = true;"),
        new("forgets the vote", "Core/RaftCore.Ready.cs", "new HardState(Term, _votedFor,", "new HardState(Term, MemberId.None,"),
        new("votes for any log", "LogPosition.cs", "Term > other.Term || (Term == other.Term && Index >= other.Index)", "true"),
        new("commits an old term by counting", "Core/RaftCore.Leader.cs", " || _log.TermAt(acknowledged) != Term)", ")"),
        new("commits what one member has", "Quorum/MajorityQuorum.cs", "indexes[(Voters.Length - 1) / 2]", "indexes[^1]"),
        new("asks the new voters alone", "Quorum/JointQuorum.cs", "LogIndex.Min(Incoming.Committed(acknowledged), Outgoing.Committed(acknowledged))", "Incoming.Committed(acknowledged)"),
        new("reads without confirming leadership", "Core/PendingReads.cs", " || quorum.Result(id => answered(id) >= _round ? true : null) != VoteResult.Won)", ")"),
        new("reads before its term has committed", "Core/RaftCore.Reads.cs", " || _reads.RoundIsOut || !HasCommittedInTerm)", " || _reads.RoundIsOut)"),
        new("cuts its log on a doubled append", "Core/RaftCore.Append.cs", "entries.SkipWhile(e => _log.TermAt(e.Index) == e.Term).ToList()", "entries.ToList()"),
        new("tells commits past what a member is known to have", "Core/RaftCore.Append.cs", "LogIndex.Min(Commit, p.Match), _round)", "Commit, _round)"),
        new("promotes a lagging learner", "Membership/Autopilot.cs", " && view(m.Id).StableTicks >= policy.StableTicks)", ")"),
        new("acknowledges before the flush", "Replication/Replica.cs", "            _persist.Add(ready);\n", "            _persist.Add(ready with { MessagesAfterPersist = [] });\n            Release(ready.MessagesAfterPersist);\n"),
        new("appends to the log that a snapshot began anew", "Replication/Replica.Snapshots.cs", "_toInstall is { } snapshot && !_persist.HoldsEntries", "_toInstall is { } snapshot"),
    ];

    public override string ToString() => Name;
}
