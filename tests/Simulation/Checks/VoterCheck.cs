using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Simulation;

/// <summary>Invariant 8: two voters only where somebody asked for them, and nobody votes who has not caught up.</summary>
/// <param name="durability">Knows what is on the disks.</param>
/// <param name="mayLack">So many entries may one lack that counts as caught up.</param>
public sealed class VoterCheck(DurabilityCheck durability, int mayLack)
{
    private readonly Dictionary<MemberId, Configuration> _seen = [];

    /// <summary>Two voters were asked for: by the start of the cluster, or by a rejoin that drops the old member at once.</summary>
    public bool MayBeTwo { get; set; }

    public void Stepped(Machine machine, RaftCore core)
    {
        if (_seen.TryGetValue(machine.Member, out var seen) && seen == core.Configuration)
        {
            return;
        }

        if (seen is not null && core.Role == RaftRole.Leader && core.Configuration.IsJoint)
        {
            RequireCaughtUp(core, seen);
        }

        _seen[machine.Member] = core.Configuration;
        SimulationException.Require(
            MayBeTwo || core.Configuration.Voters.Count() != 2 || core.Configuration.Members.Values.Any(m => m.Wanted == WantedRole.Voter),
            $"two voters that nobody asked for: {string.Join(" ", core.Configuration.Voters.Select(m => m.Id))} at {core.ConfigurationIndex}");
    }

    private void RequireCaughtUp(RaftCore core, Configuration before)
    {
        foreach (var voter in core.Configuration.Voters.Where(v => !before.IsVoter(v.Id)))
        {
            SimulationException.Require(
                core.Commit - durability.LastOf(voter.Id) <= mayLack,
                $"{voter.Id} is to vote with a log that ends at {durability.LastOf(voter.Id)}, committed is {core.Commit}");
        }
    }
}
