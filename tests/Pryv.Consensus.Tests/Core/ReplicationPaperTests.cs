using Pryv.Consensus.Core;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Core;

/// <summary>Raft, figure 2 and sections 5.3, 5.4.2, 7 and 8; thesis, sections 3.10, 6.4 and 10.2. Invariants 1, 2 and 6.</summary>
public sealed class ReplicationPaperTests
{
    /// <summary>Section 8: a new leader appends an entry of its own term; section 5.2: it says at once that it leads.</summary>
    [Fact]
    public void A_new_leader_announces_itself_and_appends_an_empty_entry()
    {
        var leader = new TestMember();
        var said = leader.Leads(2);
        Assert.Equal([Id(2), Id(3)], said.OfType<Message.Heartbeat>().Select(m => m.To).Distinct());
        Assert.All(said.OfType<Message.Append>(), m => Assert.Equal(EntryKind.Noop, Assert.Single(m.Entries).Kind));
        Assert.Equal(At(1, 1), leader.Core.LastPosition);
    }

    [Fact]
    public void Heartbeats_go_out_at_their_interval()
    {
        var leader = new TestMember();
        leader.Leads(2);
        Assert.Equal(3, leader.Ticks(3 * Options.HeartbeatTicks).OfType<Message.Heartbeat>().Count(m => m.To == Id(2)));
    }

    [Fact]
    public void Only_a_leader_takes_proposals()
    {
        var follower = new TestMember();
        Assert.Equal(ProposalRefusal.NotLeader, follower.Core.Propose(new byte[1], out _));
    }

    [Fact]
    public void An_append_of_an_old_term_is_refused_and_told_the_new_one()
    {
        var follower = new TestMember(state: new HardState(T(4), default, LogIndex.Zero));
        var reply = Assert.IsType<Message.AppendReply>(Assert.Single(follower.Hears(follower.Append(2, 3, LogPosition.Zero, 0, Entries(1, 3)))));
        Assert.Equal((T(4), false), (reply.Term, reply.Accepted));
        Assert.Equal(LogIndex.Zero, follower.Core.LastIndex);
    }

    /// <summary>Figure 2, AppendEntries 2; section 5.3 and thesis 10.2 for the hint. The follower's log is 1, 1, 2, 2.</summary>
    [Theory]
    [InlineData(9, 5, 4, 2)]
    [InlineData(4, 5, 4, 2)]
    [InlineData(4, 1, 2, 1)]
    public void An_append_that_does_not_match_is_refused_with_a_hint(long index, long term, long hint, long hintTerm)
    {
        var follower = new TestMember(terms: [1, 1, 2, 2], state: new HardState(T(2), default, LogIndex.Zero));
        var reply = Assert.IsType<Message.AppendReply>(
            Assert.Single(follower.Hears(follower.Append(2, 6, At(index, term), 0, Entries(index + 1, 6)))));
        Assert.False(reply.Accepted);
        Assert.Equal((new LogIndex(index), At(hint, hintTerm)), (reply.Index, reply.Hint));
    }

    /// <summary>Figure 7: every log there comes to be that of the leader of term 8.</summary>
    [Theory]
    [InlineData(1, 1, 1, 4, 4, 5, 5, 6, 6)]
    [InlineData(1, 1, 1, 4)]
    [InlineData(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6)]
    [InlineData(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7)]
    [InlineData(1, 1, 1, 4, 4, 4, 4)]
    [InlineData(1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3)]
    public void Any_log_of_figure_7_is_brought_in_line_in_few_rounds(params int[] terms)
    {
        long[] leaders = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
        var leader = new TestMember(terms: leaders, state: new HardState(T(7), default, LogIndex.Zero));
        var follower = new TestMember(2, terms: [.. terms.Select(t => (long)t)], state: new HardState(T(7), default, LogIndex.Zero));
        var said = leader.Leads(3).Where(m => m.To == Id(2)).ToList();
        var rounds = 0;
        while (follower.Core.LastPosition != leader.Core.LastPosition)
        {
            Assert.True(++rounds < 5, "every refusal skips a term at least");
            var answers = said.SelectMany(follower.Hears).Where(m => m.To == Id(1)).ToList();
            said = [.. answers.SelectMany(leader.Hears).Where(m => m.To == Id(2))];
        }

        for (var index = 1; index <= leaders.Length; index++)
        {
            Assert.Equal(T(leaders[index - 1]), follower.Core.TermAt(new LogIndex(index)));
        }
    }

    /// <summary>Figure 2, AppendEntries 3.</summary>
    [Fact]
    public void A_conflict_cuts_the_log_from_there()
    {
        var follower = new TestMember(terms: [1, 2, 2], state: new HardState(T(2), default, LogIndex.Zero));
        follower.Hears(follower.Append(2, 3, At(1, 1), 0, Entries(2, 3)));
        Assert.Equal(At(2, 3), follower.Core.LastPosition);
    }

    /// <summary>Figure 2, AppendEntries 3 and 4: what is there already is left alone, and so is what follows it.</summary>
    [Fact]
    public void A_late_or_doubled_append_cuts_nothing()
    {
        var follower = new TestMember(terms: [1, 1, 1, 1], state: new HardState(T(1), default, LogIndex.Zero));
        var said = follower.Hears(follower.Append(2, 1, At(1, 1), 0, Entries(2, 1)));
        Assert.Equal(At(4, 1), follower.Core.LastPosition);
        Assert.Equal(new LogIndex(2), said.OfType<Message.AppendReply>().Single().Index);
    }

    /// <summary>Figure 2, AppendEntries 5: the lesser of the leader's commit index and the last entry that the message vouches for.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(9, 2)]
    public void A_follower_commits_no_further_than_what_the_message_vouches_for(long commit, long expected)
    {
        var follower = new TestMember(terms: [1, 1, 1, 1], state: new HardState(T(1), default, LogIndex.Zero));
        follower.Hears(follower.Append(2, 2, At(1, 1), commit, Entries(2, 1)));
        Assert.Equal(new LogIndex(expected), follower.Core.Commit);
    }

    [Fact]
    public void Nothing_is_acknowledged_before_it_is_on_disk()
    {
        var follower = new TestMember { DiskWorks = false };
        Assert.Empty(follower.Hears(follower.Append(2, 1, LogPosition.Zero, 1, Entries(1, 1))));
        Assert.Empty(follower.Applied);
    }

    [Fact]
    public void A_leader_commits_what_a_majority_has_and_applies_it_in_order()
    {
        var leader = new TestMember(voters: [1, 2, 3, 4, 5]);
        leader.Leads(2, 3);
        leader.Core.Propose(new byte[] { 7 }, out var index);
        leader.Says();
        leader.IsAcknowledged(2, 2);
        Assert.Equal(LogIndex.Zero, leader.Core.Commit);
        leader.IsAcknowledged(3, 2);
        Assert.Equal(index, leader.Core.Commit);
        Assert.Equal([1, 2], leader.Applied.Select(e => e.Index.Value));
    }

    /// <summary>Section 5.4.2 and figure 8.</summary>
    [Fact]
    public void An_entry_of_an_earlier_term_is_not_committed_by_counting()
    {
        var leader = new TestMember(terms: [1, 2], state: new HardState(T(3), default, LogIndex.Zero));
        leader.Leads(2);
        leader.IsAcknowledged(2, 2);
        Assert.Equal(LogIndex.Zero, leader.Core.Commit);
        leader.IsAcknowledged(2, 3);
        Assert.Equal(new LogIndex(3), leader.Core.Commit);
    }

    [Fact]
    public void Answers_out_of_order_or_doubled_take_nothing_back()
    {
        var leader = new TestMember();
        leader.Leads(2);
        leader.IsAcknowledged(2, 1);
        leader.Hears(new Message.AppendReply(Id(2), Id(1), T(1), false, LogIndex.Zero, LogPosition.Zero));
        leader.IsAcknowledged(2, 0);
        Assert.Equal(new LogIndex(1), leader.Core.ReadProgress().Single(p => p.Id == Id(2)).Match);
        Assert.Equal(new LogIndex(1), leader.Core.Commit);
    }

    /// <summary>Thesis, section 10.2.1: the leader's own disk counts like another's.</summary>
    [Fact]
    public void A_majority_of_others_commits_while_the_leaders_own_disk_is_busy()
    {
        var leader = new TestMember();
        leader.Leads(2);
        leader.DiskWorks = false;
        leader.Core.Propose(new byte[1], out _);
        leader.Says();
        leader.IsAcknowledged(2, 2);
        Assert.Equal(new LogIndex(1), leader.Core.Commit);
        leader.IsAcknowledged(3, 2);
        Assert.Equal(new LogIndex(2), leader.Core.Commit);
        Assert.DoesNotContain(leader.Applied, e => e.Index == new LogIndex(2));
    }

    [Fact]
    public void A_leader_holds_a_bounded_number_of_uncommitted_bytes()
    {
        var leader = new TestMember(options: Options with { MaxUncommittedBytes = 100 });
        leader.Leads(2);
        Assert.Equal(ProposalRefusal.None, leader.Core.Propose(new byte[200], out _));
        Assert.Equal(ProposalRefusal.Busy, leader.Core.Propose(new byte[1], out _));
        leader.Says();
        leader.IsAcknowledged(2, 2);
        Assert.Equal(ProposalRefusal.None, leader.Core.Propose(new byte[1], out _));
    }

    /// <summary>Thesis, section 10.2.1.</summary>
    [Fact]
    public void Appends_are_sent_ahead_of_their_answers_as_far_as_the_window_allows()
    {
        var leader = new TestMember(options: Options with { MaxInflightMessages = 3 });
        leader.Leads(2);
        leader.IsAcknowledged(2, 1);
        var sent = Enumerable.Range(0, 6).Sum(round =>
        {
            leader.Core.Propose(new byte[1], out LogIndex _);
            return leader.Says().OfType<Message.Append>().Count(m => m.To == Id(2) && m.Entries.Count > 0);
        });
        Assert.Equal(3, sent);
        var next = leader.IsAcknowledged(2, 4).OfType<Message.Append>().Single(m => m.To == Id(2) && m.Entries.Count > 0);
        Assert.Equal([5, 6, 7], next.Entries.Select(e => e.Index.Value));
    }
}
