using Pryv.Consensus.Core;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Core;

/// <summary>Raft, figure 2 and sections 5.1, 5.2, 5.4.1; thesis, sections 4.2.3, 6.2 and 9.6. Invariants 1 and 2.</summary>
public sealed class ElectionPaperTests
{
    public static TheoryData<Message> OfTermNine => new()
    {
        new Message.Vote(Id(2), Id(1), T(9), LogPosition.Zero, false),
        new Message.VoteReply(Id(2), Id(1), T(9), false),
        new Message.Append(Id(2), Id(1), T(9), LogPosition.Zero, LogIndex.Zero, []),
        new Message.AppendReply(Id(2), Id(1), T(9), false, LogIndex.Zero, LogPosition.Zero),
        new Message.Heartbeat(Id(2), Id(1), T(9), LogIndex.Zero, 1),
        new Message.HeartbeatReply(Id(2), Id(1), T(9), 1),
        new Message.PreVoteReply(Id(2), Id(1), T(9), false),
    };

    [Theory]
    [MemberData(nameof(OfTermNine))]
    public void A_higher_term_in_any_message_is_adopted_and_makes_a_follower(Message message)
    {
        var follower = new TestMember();
        var candidate = new TestMember();
        candidate.Ticks(40);
        foreach (var member in (TestMember[])[follower, candidate])
        {
            member.Hears(message);
            Assert.Equal((RaftRole.Follower, T(9)), (member.Core.Role, member.Core.Term));
        }
    }

    [Fact]
    public void A_leader_steps_down_when_it_learns_of_a_higher_term()
    {
        var leader = new TestMember();
        leader.Leads(2, 3);
        leader.Hears(new Message.AppendReply(Id(2), Id(1), T(9), false, LogIndex.Zero, LogPosition.Zero));
        Assert.Equal((RaftRole.Follower, T(9)), (leader.Core.Role, leader.Core.Term));
    }

    [Fact]
    public void A_member_that_has_just_started_campaigns_early_until_it_has_heard_of_a_leader()
    {
        var options = Options with { StartTicks = 2 };
        var waits = Enumerable.Range(1, 200).Select(seed => TicksUntilCampaign(new TestMember(options: options, seed: (ulong)seed))).ToList();
        Assert.InRange(waits.Min(), 2, 3);
        Assert.InRange(waits.Max(), Options.ElectionTicks, 2 + Options.ElectionTicks - 1);

        var follower = new TestMember(options: options);
        follower.Hears(new Message.Heartbeat(Id(2), Id(1), T(1), LogIndex.Zero, 0));
        Assert.InRange(TicksUntilCampaign(follower), Options.ElectionTicks, 2 * Options.ElectionTicks);
    }

    [Fact]
    public void The_only_voter_leads_at_once_after_a_start()
    {
        var member = new TestMember(voters: [1], options: Options with { StartTicks = 2 });
        member.Ticks(1);
        Assert.Equal(RaftRole.Leader, member.Core.Role);
    }

    [Fact]
    public void A_follower_that_hears_nothing_campaigns_after_one_to_two_election_timeouts()
    {
        var waits = Enumerable.Range(1, 200).Select(seed => TicksUntilCampaign(new TestMember(seed: (ulong)seed))).ToList();
        Assert.InRange(waits.Min(), Options.ElectionTicks, Options.ElectionTicks + 1);
        Assert.InRange(waits.Max(), (2 * Options.ElectionTicks) - 2, (2 * Options.ElectionTicks) - 1);
        Assert.True(waits.Distinct().Count() >= Options.ElectionTicks - 1, "the timeouts are spread");
    }

    [Fact]
    public void A_candidate_spends_a_term_votes_for_itself_on_disk_and_asks_all_other_voters()
    {
        var member = new TestMember(terms: [1, 1], state: new HardState(T(1), default, LogIndex.Zero), learners: [4]);
        Asks<Message.PreVote>(member.Ticks(19), T(2));
        Assert.Equal(T(1), member.Core.Term);
        var votes = member.Hears(new Message.PreVoteReply(Id(2), Id(1), T(2), true));
        Asks<Message.Vote>(votes, T(2));
        Assert.Equal(At(2, 1), votes.OfType<Message.Vote>().First().Last);
        Assert.Equal(new HardState(T(2), Id(1), LogIndex.Zero), member.States[^1]);

        static void Asks<TMessage>(IEnumerable<Message> said, Term term)
            where TMessage : Message
        {
            Assert.Equal([Id(2), Id(3)], said.OfType<TMessage>().Select(m => m.To));
            Assert.All(said.OfType<TMessage>(), m => Assert.Equal(term, m.Term));
        }
    }

    [Fact]
    public void One_vote_a_term_first_come_first_served_and_the_same_answer_when_asked_again()
    {
        var voter = new TestMember();
        Assert.True(Granted(voter.Hears(AskedBy(2))));
        Assert.False(Granted(voter.Hears(AskedBy(3))));
        Assert.True(Granted(voter.Hears(AskedBy(2))));

        static Message AskedBy(int candidate) => new Message.Vote(Id(candidate), Id(1), T(1), LogPosition.Zero, false);
    }

    [Fact]
    public void A_vote_is_on_disk_before_it_is_given()
    {
        var voter = new TestMember { DiskWorks = false };
        Assert.Empty(voter.Hears(new Message.Vote(Id(2), Id(1), T(1), LogPosition.Zero, false)));
    }

    [Fact]
    public void A_vote_on_disk_is_not_given_to_another_after_a_restart()
    {
        var voter = new TestMember(state: new HardState(T(3), Id(2), LogIndex.Zero));
        Assert.False(Granted(voter.Hears(new Message.Vote(Id(3), Id(1), T(3), At(9, 2), false))));
        Assert.True(Granted(voter.Hears(new Message.Vote(Id(2), Id(1), T(3), LogPosition.Zero, false))));
    }

    [Fact]
    public void A_candidate_does_not_win_by_its_own_vote_before_that_is_on_disk()
    {
        var alone = new TestMember(voters: [1]) { DiskWorks = false };
        alone.Ticks(20);
        Assert.Equal(RaftRole.Candidate, alone.Core.Role);
    }

    /// <summary>Section 5.4.1: the later last term wins, then the longer log. The voter's log is 1, 1, 2.</summary>
    [Theory]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, true)]
    [InlineData(1, 3, true)]
    [InlineData(2, 2, false)]
    [InlineData(9, 1, false)]
    [InlineData(0, 0, false)]
    public void Votes_go_to_logs_that_are_at_least_as_up_to_date(long index, long term, bool granted)
    {
        var voter = new TestMember(terms: [1, 1, 2], state: new HardState(T(2), default, LogIndex.Zero));
        Assert.Equal(granted, Granted(voter.Hears(new Message.Vote(Id(2), Id(1), T(5), At(index, term), false))));
    }

    [Fact]
    public void A_candidate_of_an_old_term_is_refused()
    {
        var voter = new TestMember(state: new HardState(T(4), default, LogIndex.Zero));
        Assert.DoesNotContain(voter.Hears(new Message.Vote(Id(2), Id(1), T(3), At(9, 3), false)), m => m is Message.VoteReply { Granted: true });
        Assert.False(voter.Hears(new Message.PreVote(Id(2), Id(1), T(4), At(9, 3))).OfType<Message.PreVoteReply>().Single().Granted);
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3 }, new[] { 2 })]
    [InlineData(new[] { 1, 2, 3, 4 }, new[] { 2, 3 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 2, 5 })]
    public void A_majority_of_votes_makes_a_leader_and_no_less(int[] voters, int[] granting)
    {
        var member = new TestMember(voters: voters);
        member.Ticks(20);
        foreach (var voter in granting)
        {
            Assert.Equal(RaftRole.PreCandidate, member.Core.Role);
            member.Hears(new Message.PreVoteReply(Id(voter), Id(1), T(1), true));
        }

        foreach (var voter in granting)
        {
            Assert.Equal(RaftRole.Candidate, member.Core.Role);
            member.Hears(new Message.VoteReply(Id(voter), Id(1), T(1), true));
        }

        Assert.Equal(RaftRole.Leader, member.Core.Role);
    }

    [Fact]
    public void Votes_of_learners_and_strangers_do_not_count()
    {
        var member = new TestMember(learners: [4]);
        member.Ticks(20);
        member.Hears(new Message.PreVoteReply(Id(4), Id(1), T(1), true));
        member.Hears(new Message.PreVoteReply(Id(9), Id(1), T(1), true));
        Assert.Equal(RaftRole.PreCandidate, member.Core.Role);
    }

    [Fact]
    public void A_learner_never_campaigns() => Assert.Empty(new TestMember(self: 4, learners: [4]).Ticks(500));

    [Fact]
    public void A_candidate_that_hears_of_the_terms_leader_follows_it()
    {
        var candidate = new TestMember();
        candidate.Ticks(20);
        candidate.Hears(new Message.PreVoteReply(Id(3), Id(1), T(1), true));
        candidate.Hears(new Message.Heartbeat(Id(2), Id(1), T(1), LogIndex.Zero, 1));
        Assert.Equal((RaftRole.Follower, Id(2)), (candidate.Core.Role, candidate.Core.Leader));
    }

    [Fact]
    public void A_split_vote_is_followed_by_another_election()
    {
        var candidate = new TestMember();
        candidate.Ticks(20);
        candidate.Hears(new Message.PreVoteReply(Id(3), Id(1), T(1), true));
        Assert.Equal(RaftRole.Candidate, candidate.Core.Role);
        Assert.Contains(candidate.Ticks(20), m => m is Message.PreVote && m.Term == T(2));
    }

    /// <summary>Thesis, section 9.6.</summary>
    [Fact]
    public void A_member_that_is_cut_off_spends_no_terms()
    {
        var member = new TestMember();
        member.Ticks(1000);
        Assert.Equal(Term.Zero, member.Core.Term);
    }

    /// <summary>Thesis, section 9.6: whoever hears of a leader grants no pre-vote, and section 4.2.3: nor a vote.</summary>
    [Fact]
    public void A_working_leader_is_not_disturbed()
    {
        var follower = new TestMember();
        follower.Hears(new Message.Heartbeat(Id(2), Id(1), T(3), LogIndex.Zero, 1));
        Assert.False(follower.Hears(new Message.PreVote(Id(3), Id(1), T(9), At(9, 8))).OfType<Message.PreVoteReply>().Single().Granted);
        Assert.Empty(follower.Hears(new Message.Vote(Id(3), Id(1), T(9), At(9, 8), false)));
        Assert.Equal(T(3), follower.Core.Term);
        follower.Ticks(Options.ElectionTicks);
        Assert.True(follower.Hears(new Message.PreVote(Id(3), Id(1), T(9), At(9, 8))).OfType<Message.PreVoteReply>().Single().Granted);
        Assert.Equal(T(3), follower.Core.Term);
    }

    /// <summary>Thesis, section 6.2.</summary>
    [Fact]
    public void A_leader_that_hears_of_no_majority_steps_down()
    {
        var leader = new TestMember();
        leader.Leads(2, 3);
        for (var i = 0; i < 5; i++)
        {
            leader.Ticks(Options.ElectionTicks);
            leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), T(1), 1));
            Assert.Equal(RaftRole.Leader, leader.Core.Role);
        }

        leader.Ticks(2 * Options.ElectionTicks);
        Assert.Equal(RaftRole.Follower, leader.Core.Role);
    }

    private static bool Granted(IEnumerable<Message> said) => said.OfType<Message.VoteReply>().Single().Granted;

    private static int TicksUntilCampaign(TestMember member)
    {
        var ticks = 0;
        while (member.Core.Role == RaftRole.Follower)
        {
            member.Ticks(1);
            ticks++;
        }

        return ticks;
    }
}
