using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Simulation;

/// <summary>
/// Durable before visible: what is committed lies on the platters of a quorum, what is acknowledged on one's own. The
/// quorum is counted here by hand, not by the code under test.
/// </summary>
public sealed class DurabilityCheck
{
    private readonly Dictionary<MemberId, DurableRecord> _records = [];

    /// <summary>A wiped disk stays known: what was counted on it had been there.</summary>
    public void Knows(Machine machine) => _records[machine.Member] = machine.Durable;

    public void Committed(Machine machine, RaftCore core)
    {
        var position = new LogPosition(core.Commit, core.TermAt(core.Commit)!.Value);
        var configuration = core.ConfigurationAt(core.Commit);
        RequireMajority(machine, position, configuration.Members.Values);
        if (configuration.IsJoint)
        {
            RequireMajority(machine, position, configuration.Outgoing.Values);
        }
    }

    /// <summary>An answer of the term that the member is in; one of a term before may speak of what a later leader has replaced since, and counts for nobody.</summary>
    public static void Acknowledged(Machine machine, RaftCore core, Message.AppendReply reply)
    {
        if (reply.Accepted && reply.Term == core.Term)
        {
            SimulationException.Require(
                reply.Index <= machine.Durable.Last,
                $"durable before visible: {machine.Name} acknowledges {reply.Index}, its disk ends at {machine.Durable.Last}");
        }
    }

    private void RequireMajority(Machine machine, LogPosition position, IEnumerable<Member> members)
    {
        var voters = members.Where(m => m.Role != MemberRole.Learner).ToList();
        var holders = voters.Where(v => _records.TryGetValue(v.Id, out var record) && record.Holds(position)).ToList();
        SimulationException.Require(
            holders.Count * 2 > voters.Count,
            $"acknowledged = durable on a quorum: {machine.Name} commits {Describe.Of(position)}, which is on the disks of [{string.Join(" ", holders.Select(v => v.Id))}] of the voters [{string.Join(" ", voters.Select(v => v.Id))}]");
    }
}
