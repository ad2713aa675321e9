using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Core;

/// <summary>Raft, section 6 and 7; thesis, sections 3.10 and 4.2. Invariants 1 and 8.</summary>
public sealed class MembershipPaperTests
{
    /// <summary>Section 6: while the change is under way agreement needs a majority of both.</summary>
    [Fact]
    public void A_joint_configuration_needs_both_majorities()
    {
        var leader = Working([1], [2, 3]);
        Change(leader, Put(2), Put(3));
        leader.IsAcknowledged(2, 1);
        Assert.True(leader.Core.Configuration.IsJoint);
        Assert.Equal(new LogIndex(1), leader.Core.Commit);
        leader.IsAcknowledged(2, 2);
        Assert.False(leader.Core.Configuration.IsJoint);
        Assert.Equal(3, leader.Core.Configuration.Voters.Count());
    }

    [Fact]
    public void The_old_majority_alone_commits_nothing_while_joint()
    {
        var leader = Working([1, 2, 3], [4, 5]);
        Change(leader, new MemberChange.Remove(Id(2)), new MemberChange.Remove(Id(3)), Put(4), Put(5));
        leader.IsAcknowledged(2, 2);
        leader.IsAcknowledged(3, 2);
        Assert.Equal(new LogIndex(1), leader.Core.Commit);
        leader.IsAcknowledged(4, 2);
        Assert.Equal(new LogIndex(2), leader.Core.Commit);
    }

    [Fact]
    public void A_change_of_learners_alone_is_not_joint()
    {
        var leader = Working([1], []);
        Change(leader, new MemberChange.Put(Member(2, MemberRole.Learner)));
        Assert.False(leader.Core.Configuration.IsJoint);
        Assert.NotNull(leader.Core.Configuration.Find(Id(2)));
    }

    [Fact]
    public void One_change_at_a_time_and_none_before_the_term_has_committed()
    {
        var leader = new TestMember(voters: [1, 2]);
        leader.Leads(2);
        Assert.Equal(ProposalRefusal.InvalidChange, leader.Core.ProposeChange([Put(3)], out _, out var tooEarly));
        leader.IsAcknowledged(2, 1);
        Assert.Equal(ProposalRefusal.None, leader.Core.ProposeChange([Put(3)], out _, out _));
        Assert.Equal(ProposalRefusal.InvalidChange, leader.Core.ProposeChange([Put(4)], out _, out var second));
        Assert.NotNull(tooEarly);
        Assert.NotNull(second);
    }

    /// <summary>Thesis, section 4.1: in force once in the log, and no more when it is cut from there.</summary>
    [Fact]
    public void A_configuration_that_is_cut_from_the_log_gives_way_to_the_one_before()
    {
        var follower = new TestMember(voters: [1, 2, 3]);
        var changed = new Entry(new LogIndex(1), T(1), EntryKind.Configuration, ConfigurationCodec.Encode(Configured([1, 2], [])));
        follower.Hears(follower.Append(2, 1, LogPosition.Zero, 0, changed));
        Assert.Equal(2, follower.Core.Configuration.Voters.Count());
        follower.Hears(follower.Append(3, 2, LogPosition.Zero, 0, Entries(1, 2)));
        Assert.Equal(3, follower.Core.Configuration.Voters.Count());
    }

    /// <summary>Section 6, the second issue; thesis, section 3.10: it hands over as it goes.</summary>
    [Fact]
    public void A_leader_that_is_removed_leads_until_that_is_committed_then_hands_over_and_steps_down()
    {
        var leader = Working([1, 2, 3], []);
        Change(leader, new MemberChange.Remove(Id(1)));
        leader.IsAcknowledged(2, 2);
        leader.IsAcknowledged(3, 2);
        Assert.Equal((RaftRole.Leader, false), (leader.Core.Role, leader.Core.Configuration.IsJoint));
        leader.IsAcknowledged(2, 3);
        var said = leader.IsAcknowledged(3, 3);
        Assert.Single(said.OfType<Message.TimeoutNow>());
        Assert.Contains(said, m => m is Message.Append { Commit.Value: 3 });
        Assert.Equal(RaftRole.Follower, leader.Core.Role);
        Assert.Empty(leader.Ticks(500));
    }

    [Fact]
    public void Leadership_is_taken_over_from_a_leader_that_removed_itself()
    {
        var follower = new TestMember(2, voters: [2, 3]);
        follower.Hears(new Message.Heartbeat(Id(1), Id(2), T(1), LogIndex.Zero, 1));
        var said = follower.Hears(new Message.TimeoutNow(Id(1), Id(2), T(1)));
        Assert.True(said.OfType<Message.Vote>().Single().Transfer);
    }

    /// <summary>Thesis, section 4.2.2: it may hold the entry that removes it alone, and the others need its vote.</summary>
    [Fact]
    public void A_voter_whose_removal_is_not_known_to_be_committed_still_campaigns()
    {
        var removed = new TestMember();
        var change = new Entry(new LogIndex(1), T(1), EntryKind.Configuration, ConfigurationCodec.Encode(Configured([2, 3], [])));
        removed.Hears(removed.Append(2, 1, LogPosition.Zero, 0, change));
        Assert.Equal([Id(2), Id(3)], removed.Ticks(20).OfType<Message.PreVote>().Select(m => m.To));
        removed.Hears(removed.Append(2, 1, LogPosition.Zero, 1, change));
        Assert.Empty(removed.Ticks(500));
    }

    /// <summary>Thesis, section 4.2.2: the candidate's log may hold the promotion that the learner has not seen.</summary>
    [Fact]
    public void A_learner_votes_when_it_is_asked() =>
        Assert.True(new TestMember(3, [1, 2], learners: [3])
            .Hears(new Message.Vote(Id(1), Id(3), T(1), At(1, 1), false)).OfType<Message.VoteReply>().Single().Granted);

    /// <summary>Thesis, section 3.10.</summary>
    [Fact]
    public void A_transfer_holds_proposals_waits_until_the_target_has_all_and_tells_it_to_campaign()
    {
        var leader = Working([1, 2, 3], []);
        leader.Core.Propose(new byte[1], out _);
        leader.Says();
        Assert.True(leader.Core.Transfer(Id(3)));
        Assert.DoesNotContain(leader.Says(), m => m is Message.TimeoutNow);
        Assert.Equal(ProposalRefusal.Transferring, leader.Core.Propose(new byte[1], out _));
        Assert.Equal(Id(3), leader.IsAcknowledged(3, 2).OfType<Message.TimeoutNow>().Single().To);
    }

    [Fact]
    public void A_transfer_that_comes_to_nothing_ends_after_an_election_timeout()
    {
        var leader = Working([1, 2, 3], []);
        leader.Core.Transfer(Id(3));
        leader.Ticks(Options.ElectionTicks - 1);
        leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), T(1), 1));
        leader.Ticks(1);
        Assert.Equal(ProposalRefusal.None, leader.Core.Propose(new byte[1], out _));
    }

    [Fact]
    public void The_target_of_a_transfer_campaigns_without_a_pre_vote_and_is_heard_although_there_is_a_leader()
    {
        var target = new TestMember(3);
        target.Hears(new Message.Heartbeat(Id(1), Id(3), T(1), LogIndex.Zero, 1));
        var vote = target.Hears(new Message.TimeoutNow(Id(1), Id(3), T(1))).OfType<Message.Vote>().First(m => m.To == Id(2));
        var voter = new TestMember(2);
        voter.Hears(new Message.Heartbeat(Id(1), Id(2), T(1), LogIndex.Zero, 1));
        Assert.True(voter.Hears(vote).OfType<Message.VoteReply>().Single().Granted);
    }

    [Fact]
    public void A_witness_hands_over_to_a_voter_as_soon_as_it_can()
    {
        var leader = Witnessing();
        leader.Hears(new Message.HeartbeatReply(Id(3), Id(1), T(1), 1));
        Assert.Contains(leader.Ticks(Options.HeartbeatTicks), m => m is Message.TimeoutNow);
    }

    /// <summary>Figure 13, step 6.</summary>
    [Fact]
    public void A_snapshot_of_what_the_log_holds_throws_nothing_away()
    {
        var follower = new TestMember(terms: [1, 1, 1], state: new HardState(T(1), default, LogIndex.Zero));
        var reply = Assert.IsType<Message.AppendReply>(Assert.Single(follower.Hears(Chunk(At(2, 1)))));
        Assert.Equal((true, new LogIndex(2)), (reply.Accepted, reply.Index));
        Assert.Equal((new LogIndex(2), new LogIndex(3)), (follower.Core.Commit, follower.Core.LastIndex));
        Assert.Empty(follower.Chunks);
    }

    [Fact]
    public void A_snapshot_of_what_the_log_lacks_is_taken_and_replaces_it()
    {
        var follower = new TestMember(terms: [1, 1, 1], state: new HardState(T(1), default, LogIndex.Zero));
        follower.Hears(Chunk(At(9, 1)));
        Assert.Single(follower.Chunks);
        Assert.True(follower.Core.MayInstall(At(9, 1)));
        follower.Core.IsInstalling = true;
        Assert.Empty(follower.Hears(follower.Append(2, 1, At(3, 1), 3, Entries(4, 1))));
        follower.Core.Installed(At(9, 1), Configured([1, 2], []));
        Assert.Equal(At(9, 1), follower.Core.LastPosition);
        Assert.Equal(2, follower.Core.Configuration.Voters.Count());
    }

    [Fact]
    public void Nothing_is_installed_over_the_log_of_a_candidate_or_a_leader()
    {
        var member = new TestMember(terms: [1], state: new HardState(T(1), default, LogIndex.Zero));
        member.Hears(Chunk(At(9, 1)));
        member.Leads(2);
        Assert.False(member.Core.MayInstall(At(9, 1)));
    }

    [Fact]
    public void A_state_machine_that_lacks_what_the_log_no_longer_holds_is_not_started()
    {
        var start = new Pryv.Consensus.Log.LogBase(At(5, 1), ConfigurationCodec.Encode(Configured([1], [])));
        Assert.Throws<InvariantException>(() => new RaftCore(
            Id(1), Options, new MemoryLog(At(5, 1)), start, [], new HardState(T(1), default, new LogIndex(5)), new LogIndex(4), 1));
    }

    private static Message.SnapshotChunk Chunk(LogPosition position) =>
        new(Id(2), Id(1), T(1), new SnapshotMeta(position, Configured([1, 2, 3], []), 10, 1), 0, new byte[10]);

    private static MemberChange Put(int voter) => new MemberChange.Put(Member(voter, MemberRole.Voter));

    private static void Change(TestMember leader, params MemberChange[] changes)
    {
        Assert.Equal(ProposalRefusal.None, leader.Core.ProposeChange(changes, out _, out _));
        leader.Says();
    }

    private static TestMember Working(int[] voters, int[] learners)
    {
        var leader = new TestMember(voters: voters, learners: learners);
        leader.Leads([.. voters.Skip(1)]);
        foreach (var other in voters.Skip(1).Concat(learners))
        {
            leader.IsAcknowledged(other, 1);
        }

        return leader;
    }

    private static TestMember Witnessing()
    {
        var leader = Working([1, 2, 3], []);
        Change(leader, new MemberChange.Put(Member(1, MemberRole.Witness)));
        leader.IsAcknowledged(2, 2);
        leader.IsAcknowledged(3, 2);
        return leader;
    }
}
