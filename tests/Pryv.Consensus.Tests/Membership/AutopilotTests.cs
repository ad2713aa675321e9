using System.Collections.Immutable;
using Pryv.Consensus.Membership;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Membership;

/// <summary>Invariant 8, sentence by sentence. Members: 1 leads; v voter, w witness, l learner; stable unless said otherwise.</summary>
public sealed class AutopilotTests
{
    private static readonly AutopilotPolicy Policy = new() { StableTicks = 10, DeadTicks = 50 };

    [Theory]
    [InlineData("1v", null)]
    [InlineData("1v 2l", null)]
    [InlineData("1v 2l 3l", "2 3")]
    [InlineData("1v 2l 3lag", null)]
    [InlineData("1v 2l 3l 4l", "2 3")]
    [InlineData("1v 2v 3v 4l", null)]
    [InlineData("1v 2v 3l", "3")]
    public void One_voter_becomes_three_in_one_change_once_two_learners_have_caught_up_and_never_two(string members, string? promoted) =>
        Assert.Equal(promoted, Promoted(Decide(members)));

    [Fact]
    public void Two_voters_come_about_when_asked_for() => Assert.Equal("2", Promoted(Decide("1v 2asked")));

    [Fact]
    public void A_witness_makes_a_pair_safe()
    {
        var changes = Decide("1v 2l 3wantsWitness")!.Changes.Cast<MemberChange.Put>().ToList();
        Assert.Equal([MemberRole.Voter, MemberRole.Witness], changes.Select(c => c.Member.Role));
    }

    [Theory]
    [InlineData(3, "1v 2v 3v 4l 5l", null)]
    [InlineData(5, "1v 2v 3v 4l", null)]
    [InlineData(5, "1v 2v 3v 4l 5l", "4 5")]
    [InlineData(5, "1v 2v 3v 4v 5v 6l 7l", null)]
    public void There_are_as_many_voters_as_the_policy_says_and_always_an_odd_number(int target, string members, string? promoted) =>
        Assert.Equal(promoted, Promoted(Decide(members, Policy with { TargetVoters = target })));

    [Fact]
    public void A_dead_voter_is_swapped_for_a_caught_up_learner()
    {
        var changes = Decide("1v 2dead 3v 4l")!.Changes.Cast<MemberChange.Put>().Select(c => (c.Member.Id, c.Member.Role));
        Assert.Equal([(Id(2), MemberRole.Learner), (Id(4), MemberRole.Voter)], changes);
    }

    [Theory]
    [InlineData("1v 2dead 3v")]
    [InlineData("1v 2dead 3dead")]
    [InlineData("1v 2dead 3v 4lag")]
    public void The_set_never_shrinks_by_itself(string members) => Assert.Null(Decide(members));

    [Theory]
    [InlineData("1v 2lag 3lag")]
    [InlineData("1v 2observer 3observer")]
    [InlineData("1v 2asked-lag")]
    public void Nobody_votes_who_has_not_caught_up_or_shall_not(string members) => Assert.Null(Decide(members));

    [Fact]
    public void Nobody_votes_whom_the_host_has_not_prepared() =>
        Assert.Null(Decide("1v 2l 3l", Policy with { Prepared = [Id(2)] }));

    [Fact]
    public void Voters_are_spread_over_failure_domains()
    {
        var zones = new Dictionary<MemberId, string> { [Id(1)] = "a", [Id(2)] = "a", [Id(3)] = "b", [Id(4)] = "c" };
        Assert.Equal("3 4", Promoted(Decide("1v 2l 3l 4l", Policy with { Zones = zones.ToImmutableDictionary() })));
    }

    [Fact]
    public void A_change_under_way_is_waited_for() => Assert.Null(Autopilot.Decide(
        Configured([1], [2, 3]).Change([new MemberChange.Put(Member(2, MemberRole.Voter))], out _)!, Id(1), _ => new MemberView(99, 0), Policy));

    /// <summary>"On leave at 3, one voter and one learner stay."</summary>
    [Theory]
    [InlineData("1v 2v 3v", 3, "1v 2l")]
    [InlineData("1v 2v 3v", 1, "2l 3v")]
    [InlineData("1v 2v 3v 4l", 3, "1v 2v 4v")]
    [InlineData("1v 2v 3v 4lag", 3, "1v 2l 4l")]
    [InlineData("1v 2v 3w", 2, "1v 3l")]
    [InlineData("1v 2v 3w", 3, "1v 2l")]
    [InlineData("1v 2v 3v 4v 5v", 5, "1v 2l 3v 4v")]
    [InlineData("1v 2v 3v 4l", 4, "1v 2v 3v")]
    [InlineData("1v 2votesAsked 3votesAsked", 1, "2v 3v")]
    public void Who_leaves_leaves_a_sensible_set_behind(string members, int leaving, string expected)
    {
        var (configuration, view) = Read(members);
        var decision = Autopilot.Remove(configuration, Id(leaving), Id(1), view, Policy);
        var after = configuration.Change(decision.Changes, out _)!;
        Assert.Equal(expected, string.Join(' ', after.Members.Values.Select(m => $"{m.Id}{Letter(m.Role)}")));
    }

    private static AutopilotDecision? Decide(string members, AutopilotPolicy? policy = null)
    {
        var (configuration, view) = Read(members);
        var decision = Autopilot.Decide(configuration, Id(1), view, policy ?? Policy);
        Assert.True(decision is null || configuration.Change(decision.Changes, out _) is not null);
        return decision;
    }

    private static string? Promoted(AutopilotDecision? decision) => decision is null
        ? null
        : string.Join(' ', decision.Changes.Cast<MemberChange.Put>().Where(c => c.Member.Votes).Select(c => c.Member.Id));

    private static char Letter(MemberRole role) => role switch
    {
        MemberRole.Voter => 'v',
        MemberRole.Witness => 'w',
        _ => 'l',
    };

    private static (Configuration Configuration, Func<MemberId, MemberView> View) Read(string members)
    {
        var parsed = members.Split(' ').Select(m => Parse(m[0] - '0', m[1..])).ToList();
        var views = parsed.ToDictionary(p => p.Member.Id, p => p.View);
        return (new Configuration(parsed.Select(p => p.Member), []), id => views.GetValueOrDefault(id));
    }

    private static (Member Member, MemberView View) Parse(int number, string kind)
    {
        var role = kind is "v" or "dead" or "votesAsked" ? MemberRole.Voter : kind is "w" ? MemberRole.Witness : MemberRole.Learner;
        var wanted = kind switch
        {
            "asked" or "asked-lag" or "votesAsked" => WantedRole.Voter,
            "wantsWitness" or "w" => WantedRole.Witness,
            "observer" => WantedRole.Observer,
            _ => WantedRole.Auto,
        };
        var view = kind.EndsWith("lag", StringComparison.Ordinal) ? new MemberView(0, 0) : kind is "dead" ? new MemberView(0, 51) : new MemberView(10, 0);
        return (Member(number, role, wanted), view);
    }
}
