using Pryv.Consensus.Core;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Core;

/// <summary>Thesis, section 6.4: reads without a log write that never see the past. Invariant 6.</summary>
public sealed class ReadPaperTests
{
    [Fact]
    public void A_leader_answers_once_a_quorum_has_confirmed_it_after_the_question()
    {
        var leader = Working();
        leader.Ticks(Options.HeartbeatTicks);
        leader.Core.Read(7);
        var round = leader.Says().OfType<Message.Heartbeat>().First().Round;
        leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), T(1), round - 1));
        Assert.Empty(leader.Reads);
        leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), T(1), round));
        Assert.Equal([new ReadOutcome(7, new LogIndex(1))], leader.Reads);
    }

    /// <summary>Step 1: before it has committed an entry of its term a leader does not know what is committed.</summary>
    [Fact]
    public void A_leader_waits_for_an_entry_of_its_own_term()
    {
        var leader = new TestMember(terms: [1], state: new HardState(T(1), default, LogIndex.Zero));
        leader.Leads(2);
        leader.Core.Read(7);
        leader.Says();
        Answer(leader, 99);
        Assert.Empty(leader.Reads);
        leader.IsAcknowledged(2, 2);
        Answer(leader, 99);
        Assert.Equal([new ReadOutcome(7, new LogIndex(2))], leader.Reads);
    }

    [Fact]
    public void Reads_that_come_while_a_round_is_out_share_the_next()
    {
        var leader = Working();
        leader.Core.Read(1);
        var first = leader.Says().OfType<Message.Heartbeat>().First().Round;
        leader.Core.Read(2);
        leader.Core.Read(3);
        Assert.DoesNotContain(leader.Says(), m => m is Message.Heartbeat);
        var second = leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), T(1), first)).OfType<Message.Heartbeat>().First().Round;
        Assert.Equal([1], leader.Reads.Select(r => r.Id));
        leader.Hears(new Message.HeartbeatReply(Id(3), Id(1), T(1), second));
        Assert.Equal([1, 2, 3], leader.Reads.Select(r => r.Id));
    }

    [Fact]
    public void A_leader_that_steps_down_fails_its_reads()
    {
        var leader = Working();
        leader.Core.Read(7);
        leader.Says();
        leader.Hears(new Message.Heartbeat(Id(2), Id(1), T(5), LogIndex.Zero, 1));
        Assert.Equal([new ReadOutcome(7, null)], leader.Reads);
    }

    [Fact]
    public void A_follower_asks_the_leader()
    {
        var follower = Following();
        follower.Core.Read(7);
        var asked = follower.Says().OfType<Message.ReadIndex>().Single();
        follower.Hears(new Message.ReadIndexReply(Id(2), Id(1), T(1), asked.Id, new LogIndex(4)));
        Assert.Equal([new ReadOutcome(7, new LogIndex(4))], follower.Reads);
    }

    [Fact]
    public void A_leader_tells_a_follower_only_what_a_quorum_confirmed()
    {
        var leader = Working();
        var round = leader.Hears(new Message.ReadIndex(Id(3), Id(1), T(1), 5)).OfType<Message.Heartbeat>().First().Round;
        var told = leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), T(1), round)).OfType<Message.ReadIndexReply>().Single();
        Assert.Equal((Id(3), 5, new LogIndex(1)), (told.To, told.Id, told.Index));
    }

    [Fact]
    public void Without_a_leader_a_read_fails_at_once()
    {
        var member = new TestMember();
        member.Core.Read(7);
        member.Says();
        Assert.Equal([new ReadOutcome(7, null)], member.Reads);
    }

    /// <summary>The answer to a question of before a restart speaks of before the restart.</summary>
    [Fact]
    public void An_answer_to_another_life_of_the_member_is_not_taken_for_ones_own()
    {
        var before = Following(seed: 1);
        before.Core.Read(1);
        var old = before.Says().OfType<Message.ReadIndex>().Single();
        var after = Following(seed: 2);
        after.Core.Read(1);
        after.Says();
        after.Hears(new Message.ReadIndexReply(Id(2), Id(1), T(1), old.Id, LogIndex.Zero));
        Assert.Empty(after.Reads);
    }

    /// <summary>A token that is used for a second try does not get the answer to the first.</summary>
    [Fact]
    public void An_answer_to_a_question_that_was_given_up_is_not_taken_for_the_next()
    {
        var follower = Following();
        follower.Core.Read(1);
        var old = follower.Says().OfType<Message.ReadIndex>().Single();
        follower.Ticks(2 * Options.ElectionTicks);
        follower.Hears(new Message.Heartbeat(Id(2), Id(1), T(1), LogIndex.Zero, 2));
        follower.Core.Read(1);
        follower.Says();
        follower.Hears(new Message.ReadIndexReply(Id(2), Id(1), T(1), old.Id, LogIndex.Zero));
        Assert.Equal([new ReadOutcome(1, null)], follower.Reads);
    }

    [Fact]
    public void A_read_fails_by_its_own_age_however_many_others_are_asked()
    {
        var follower = Following();
        var answered = 0;
        for (var id = 0; id < 10 * Options.ElectionTicks; id++)
        {
            follower.Core.Read(id);
            var asked = follower.Says().OfType<Message.ReadIndex>().Single();
            follower.Ticks(1);
            follower.Hears(new Message.Heartbeat(Id(2), Id(1), T(1), LogIndex.Zero, 2));
            if (id > 0)
            {
                follower.Hears(new Message.ReadIndexReply(Id(2), Id(1), T(1), asked.Id - 1, new LogIndex(4)));
                answered++;
            }
        }

        Assert.Equal(answered, follower.Reads.Count(r => r.Index is not null));
    }

    [Fact]
    public void Reads_are_refused_past_their_bound()
    {
        var leader = new TestMember(options: Options with { MaxPendingReads = 2 });
        leader.Leads(2);
        leader.IsAcknowledged(2, 1);
        for (var id = 1; id <= 3; id++)
        {
            leader.Core.Read(id);
        }

        leader.Says();
        Assert.Equal([new ReadOutcome(3, null)], leader.Reads);
    }

    private static TestMember Working()
    {
        var leader = new TestMember();
        leader.Leads(2);
        leader.IsAcknowledged(2, 1);
        return leader;
    }

    private static TestMember Following(ulong seed = 1)
    {
        var follower = new TestMember(seed: seed);
        follower.Hears(new Message.Heartbeat(Id(2), Id(1), T(1), LogIndex.Zero, 1));
        return follower;
    }

    private static void Answer(TestMember leader, long round) =>
        leader.Hears(new Message.HeartbeatReply(Id(2), Id(1), leader.Core.Term, round));
}
