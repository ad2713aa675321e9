using System.Collections.Immutable;
using Pryv.Consensus.Quorum;

namespace Pryv.Consensus.Membership;

/// <summary>
/// Who belongs to the cluster. While the set of voters changes it is joint: decisions then need a majority of the
/// voters before and of those after the change (Raft, section 6). A configuration is in force from the moment its
/// entry is in the log, committed or not.
/// </summary>
public sealed class Configuration
{
    /// <summary>The host takes in nine by itself (see Observers); the rest is for those that were asked for and for former members of nodes that come back.</summary>
    public const int MaxMembers = 32;

    public static readonly Configuration Empty = new([], []);

    public Configuration(IEnumerable<Member> members, IEnumerable<Member> outgoing)
    {
        Members = members.ToImmutableSortedDictionary(m => m.Id, m => m);
        Outgoing = outgoing.ToImmutableSortedDictionary(m => m.Id, m => m);
        Quorum = new JointQuorum(VotersOf(Members), VotersOf(Outgoing));
        All = Members.Values.Concat(Outgoing.Values.Where(m => !Members.ContainsKey(m.Id))).ToImmutableArray();
    }

    /// <summary>The members after the change; all members when no change is under way.</summary>
    public ImmutableSortedDictionary<MemberId, Member> Members { get; }

    /// <summary>The voters before the change; empty when none is under way.</summary>
    public ImmutableSortedDictionary<MemberId, Member> Outgoing { get; }

    /// <summary>Members and outgoing voters: all that the log is sent to.</summary>
    public ImmutableArray<Member> All { get; }

    public JointQuorum Quorum { get; }

    public bool IsJoint => !Outgoing.IsEmpty;

    public bool IsEmpty => Members.IsEmpty;

    public IEnumerable<Member> Voters => Members.Values.Where(m => m.Votes);

    public bool IsVoter(MemberId id) =>
        (Members.TryGetValue(id, out var member) && member.Votes) || Outgoing.ContainsKey(id);

    public bool IsWitness(MemberId id) =>
        Members.TryGetValue(id, out var member) && member.Role == MemberRole.Witness;

    public Member? Find(MemberId id) =>
        Members.TryGetValue(id, out var member) ? member : Outgoing.GetValueOrDefault(id);

    /// <summary>
    /// The configuration that carries out <paramref name="changes"/>: joint when the set of voters differs, plain
    /// otherwise. This one stays as it is. Null, with the reason, when the changes make no sense.
    /// </summary>
    public Configuration? Change(IReadOnlyCollection<MemberChange> changes, out string? refusal)
    {
        refusal = IsJoint ? "a membership change is under way; wait until it is done" : null;
        if (refusal is not null)
        {
            return null;
        }

        var members = Members;
        foreach (var change in changes)
        {
            members = change.Apply(members);
        }

        refusal = WhyNot(members);
        if (refusal is not null)
        {
            return null;
        }

        var sameVoters = VotersOf(members).Voters.SequenceEqual(Quorum.Incoming.Voters);
        return new Configuration(members.Values, sameVoters ? [] : Voters);
    }

    /// <summary>The end of a joint change: the new voters alone.</summary>
    public Configuration Leave() => new(Members.Values, []);

    private static string? WhyNot(ImmutableSortedDictionary<MemberId, Member> members)
    {
        if (!members.Values.Any(m => m.Role == MemberRole.Voter))
        {
            return "the change would leave no voter that can lead";
        }

        return members.Count > MaxMembers ? $"a configuration holds at most {MaxMembers} members" : null;
    }

    private static MajorityQuorum VotersOf(ImmutableSortedDictionary<MemberId, Member> members) =>
        new([.. members.Values.Where(m => m.Votes).Select(m => m.Id)]);
}
