using System.Collections.Immutable;

namespace Pryv.Consensus.Membership;

/// <summary>One wish about a configuration; several make one change.</summary>
public abstract record MemberChange
{
    internal abstract ImmutableSortedDictionary<MemberId, Member> Apply(ImmutableSortedDictionary<MemberId, Member> members);

    /// <summary>Adds a member or replaces what is recorded of it.</summary>
    public sealed record Put(Member Member) : MemberChange
    {
        internal override ImmutableSortedDictionary<MemberId, Member> Apply(ImmutableSortedDictionary<MemberId, Member> members) =>
            members.SetItem(Member.Id, Member);
    }

    /// <summary>Removes a member; no change when it is not there.</summary>
    public sealed record Remove(MemberId Id) : MemberChange
    {
        internal override ImmutableSortedDictionary<MemberId, Member> Apply(ImmutableSortedDictionary<MemberId, Member> members) =>
            members.Remove(Id);
    }
}
