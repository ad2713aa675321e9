using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Membership;

/// <summary>Raft, section 6. Invariant 8.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void A_change_leaves_the_configuration_as_it_is()
    {
        var before = Configured([1, 2, 3], []);
        before.Change([new MemberChange.Remove(Id(1))], out _);
        Assert.Equal([Id(1), Id(2), Id(3)], before.Members.Keys);
    }

    [Fact]
    public void While_one_is_under_way_another_is_refused()
    {
        var joint = Configured([1], []).Change([new MemberChange.Put(Member(2, MemberRole.Voter))], out _)!;
        Assert.Null(joint.Change([new MemberChange.Remove(Id(1))], out var why));
        Assert.NotNull(why);
    }

    [Theory]
    [InlineData(MemberRole.Learner)]
    [InlineData(MemberRole.Witness)]
    public void A_change_that_leaves_nobody_to_lead_is_refused(MemberRole role)
    {
        Assert.Null(Configured([1], []).Change([new MemberChange.Put(Member(1, role))], out var why));
        Assert.Contains("no voter", why, StringComparison.Ordinal);
    }

    /// <summary>Random changes against a dictionary.</summary>
    [Fact]
    public void Changes_agree_with_a_dictionary() => Prop.ForAll(Wishes().ToArbitrary(), wishes =>
    {
        var configuration = Configured([1], []);
        var model = new SortedDictionary<int, MemberRole> { [1] = MemberRole.Voter };
        foreach (var (member, role) in wishes)
        {
            var next = new SortedDictionary<int, MemberRole>(model);
            MemberChange change = role is { } r ? new MemberChange.Put(Member(member, r)) : new MemberChange.Remove(Id(member));
            if (role is { } put)
            {
                next[member] = put;
            }
            else
            {
                next.Remove(member);
            }

            var changed = configuration.Change([change], out _);
            Assert.Equal(next.Values.Any(v => v == MemberRole.Voter), changed is not null);
            if (changed is null)
            {
                continue;
            }

            Assert.Equal(!Voting(model).SequenceEqual(Voting(next)), changed.IsJoint);
            Assert.Equal(changed.IsJoint ? Voting(model) : [], changed.Outgoing.Keys.Select(id => (int)id.Value));
            (configuration, model) = (changed.Leave(), next);
            Assert.Equal(model.Keys, configuration.Members.Keys.Select(id => (int)id.Value));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Bytes_and_back_give_the_same_configuration() => Prop.ForAll(Wishes().ToArbitrary(), wishes =>
    {
        var members = wishes.Where(w => w.Role is not null).DistinctBy(w => w.Member).Select(w => Member(w.Member, w.Role!.Value)).ToList();
        var configuration = new Configuration(members, members.Where(m => m.Votes).Take(2));
        var back = ConfigurationCodec.Decode(ConfigurationCodec.Encode(configuration));
        Assert.Equal(configuration.Members.Values, back.Members.Values);
        Assert.Equal(configuration.Outgoing.Values, back.Outgoing.Values);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static Gen<(int Member, MemberRole? Role)[]> Wishes() =>
        Gen.Choose(1, 6).SelectMany(member => Gen.Choose(0, 3).Select(kind => (member, kind == 3 ? (MemberRole?)null : (MemberRole)kind))).ArrayOf();

    private static IEnumerable<int> Voting(SortedDictionary<int, MemberRole> members) =>
        members.Where(m => m.Value != MemberRole.Learner).Select(m => m.Key);
}
