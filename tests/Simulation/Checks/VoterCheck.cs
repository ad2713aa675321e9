using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Simulation;

/// <summary>Invariant 8: two voters only where somebody asked for them, and nobody votes who has not caught up.</summary>
public sealed class VoterCheck
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

        _seen[machine.Member] = core.Configuration;
        SimulationException.Require(
            MayBeTwo || core.Configuration.Voters.Count() != 2 || core.Configuration.Members.Values.Any(m => m.Wanted == WantedRole.Voter),
            $"two voters that nobody asked for: {string.Join(" ", core.Configuration.Voters.Select(m => m.Id))} at {core.ConfigurationIndex}");
    }
}
