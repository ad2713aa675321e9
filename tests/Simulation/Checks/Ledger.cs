using Pryv.Consensus;
using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>What has ever been committed, by the first who knew: from then on nobody may say otherwise (state-machine safety, leader completeness).</summary>
public sealed class Ledger
{
    private readonly List<(Term Term, Term CommittedIn)> _entries = [];
    private readonly Dictionary<LogIndex, (ulong Command, ulong Digest)> _applied = [];

    public LogIndex Last => new(_entries.Count);

    /// <summary>A member takes everything up to its commit index for committed; true when some of it is news to all.</summary>
    public bool Commit(Machine machine, RaftCore core, LogIndex from)
    {
        var news = false;
        for (var index = LogIndex.Max(from.Next(), core.Start.Index); index <= core.Commit; index = index.Next())
        {
            if (index.Value == 0 || core.TermAt(index) is not { } term)
            {
                continue;
            }

            news |= Commit(machine, index, term, core.Term);
        }

        return news;
    }

    /// <summary>A leader's log holds all that was committed in the terms before its own (Raft, section 5.4.3).</summary>
    public void RequireComplete(Machine leader, RaftCore core)
    {
        for (var index = LogIndex.Max(core.Start.Index, new LogIndex(1)); index <= Last; index = index.Next())
        {
            var (term, committedIn) = _entries[(int)index.Value - 1];
            SimulationException.Require(
                committedIn >= core.Term || core.TermAt(index) == term,
                $"leader completeness: {leader.Name} leads term {core.Term} without entry {index}/{term}, committed in term {committedIn}");
        }
    }

    /// <summary>Everybody applies the same command at an index, and has the same state by it.</summary>
    public void Apply(Machine machine, LogIndex index, ulong command, ulong digest)
    {
        SimulationException.Require(index <= Last, $"{machine.Name} applies {index}, but only {Last} is committed");
        if (_applied.TryGetValue(index, out var known))
        {
            SimulationException.Require(known.Command == command, $"state-machine safety: {machine.Name} applies another command at {index}");
            SimulationException.Require(known.Digest == digest, $"state-machine safety: {machine.Name} has another digest at {index}");
        }

        _applied[index] = (command, digest);
    }

    /// <summary>A state that came as a whole is the one that others had at its index.</summary>
    public void Replace(Machine machine, LogIndex index, ulong digest) => SimulationException.Require(
        !_applied.TryGetValue(index, out var known) || known.Digest == digest,
        $"state-machine safety: {machine.Name} installs another digest at {index}");

    private bool Commit(Machine machine, LogIndex index, Term term, Term committedIn)
    {
        if (index <= Last)
        {
            var known = _entries[(int)index.Value - 1].Term;
            SimulationException.Require(
                known == term, $"state-machine safety: {machine.Name} commits {index}/{term}, committed before is {index}/{known}");
            return false;
        }

        SimulationException.Require(index == Last.Next(), $"{machine.Name} commits {index}, nobody had committed {Last.Next()}");
        _entries.Add((term, committedIn));
        return true;
    }
}
