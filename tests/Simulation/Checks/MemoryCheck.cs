using Pryv.Consensus;
using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>What a member never takes back: its term, its vote and, as long as it runs, its commit index.</summary>
public sealed class MemoryCheck
{
    private readonly Dictionary<MemberId, (Term Term, LogIndex Commit)> _running = [];

    /// <summary>After a restart: what was on disk is there.</summary>
    public static void Opened(Machine machine, HardState found)
    {
        var held = machine.Durable.HardState;
        SimulationException.Require(found.Term >= held.Term, $"{machine.Name} had term {held.Term} on disk and starts in {found.Term}");
        SimulationException.Require(
            found.Term > held.Term || held.VotedFor.IsNone || held.VotedFor == found.VotedFor,
            $"{machine.Name} had voted for {held.VotedFor} in term {held.Term} and forgot it");
    }

    /// <summary>The commit index may begin again where the disk knows it to be.</summary>
    public void Started(Machine machine, RaftCore core) => _running[machine.Member] = (core.Term, core.Commit);

    /// <summary>The commit index up to which has been looked at before.</summary>
    public LogIndex Stepped(Machine machine, RaftCore core)
    {
        var (term, commit) = _running[machine.Member];
        SimulationException.Require(core.Term >= term, $"{machine.Name} goes from term {term} back to {core.Term}");
        SimulationException.Require(core.Commit >= commit, $"{machine.Name} goes from commit {commit} back to {core.Commit}");
        _running[machine.Member] = (core.Term, core.Commit);
        return commit;
    }
}
