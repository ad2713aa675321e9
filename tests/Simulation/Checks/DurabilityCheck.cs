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
    private readonly Dictionary<MemberId, Configuration> _inForce = [];

    /// <summary>A wiped disk stays known: what was counted on it had been there.</summary>
    public void Knows(Machine machine) => _records[machine.Member] = machine.Durable;

    /// <summary>Where the log on a member's disk ends.</summary>
    public LogIndex LastOf(MemberId member) => _records.TryGetValue(member, out var record) ? record.Last : LogIndex.Zero;

    /// <summary>
    /// A leader decides by the configuration in force, the newest in its log. Within one step that may have changed (a
    /// committed joint one is followed by the plain one at once), so the one before the step will do as well.
    /// </summary>
    public void Stepped(Machine machine, RaftCore core, bool hasCommitted)
    {
        var before = _inForce.GetValueOrDefault(machine.Member, core.Configuration);
        _inForce[machine.Member] = core.Configuration;
        if (hasCommitted)
        {
            var position = new LogPosition(core.Commit, core.TermAt(core.Commit)!.Value);
            var holders = _records.Where(r => r.Value.Holds(position)).Select(r => r.Key).ToHashSet();
            SimulationException.Require(
                IsQuorum(holders, core.Configuration) || IsQuorum(holders, before),
                $"acknowledged = durable on a quorum: {machine.Name} commits {Describe.Of(position)}, which is on the disks of [{string.Join(" ", holders)}] of the members {Describe.Of(core.Configuration)}");
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

    /// <summary>A log that holds a snapshot's last entry holds all of it; what lies behind may have been acknowledged (Raft, section 7, figure 13, step 6).</summary>
    public static void Resetting(Machine machine, LogPosition snapshot) => SimulationException.Require(
        !machine.Durable.Holds(snapshot) || machine.Durable.Last == snapshot.Index,
        $"{machine.Name} holds the log up to {machine.Durable.Last} and throws it away for a snapshot of {Describe.Of(snapshot)}");

    private static bool IsQuorum(HashSet<MemberId> holders, Configuration configuration) =>
        IsMajority(holders, configuration.Members.Values)
        && (!configuration.IsJoint || IsMajority(holders, configuration.Outgoing.Values));

    private static bool IsMajority(HashSet<MemberId> holders, IEnumerable<Member> members)
    {
        var voters = members.Where(m => m.Role != MemberRole.Learner).ToList();
        return voters.Count(v => holders.Contains(v.Id)) * 2 > voters.Count;
    }
}
