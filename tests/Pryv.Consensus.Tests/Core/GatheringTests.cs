using Pryv.Consensus.Core;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Core;

/// <summary>Thesis, section 10.2: what comes while a message is under way shares the next one; nothing waits longer than a tick.</summary>
public sealed class GatheringTests
{
    private static readonly RaftOptions Gathering = Options with { GatherEntries = 3 };

    [Fact]
    public void Small_appends_wait_for_the_answer_to_the_one_under_way_and_go_together()
    {
        var leader = Leading();
        Assert.Equal([2], Appends(leader, 1));
        Assert.Empty(Appends(leader, 1));
        Assert.Empty(Appends(leader, 1));
        Assert.Equal([3, 4], EntriesIn(leader.IsAcknowledged(2, 2)));
    }

    [Fact]
    public void Enough_entries_do_not_wait()
    {
        var leader = Leading();
        Assert.Equal([2], Appends(leader, 1));
        Assert.Equal([3, 4, 5], Appends(leader, 3));
    }

    [Fact]
    public void After_a_tick_without_an_answer_what_waits_is_sent()
    {
        var leader = Leading();
        Appends(leader, 2);
        Assert.Empty(Appends(leader, 1));
        Assert.Equal([4], EntriesIn(leader.Ticks(1)));
        Assert.Empty(Appends(leader, 1));
    }

    [Fact]
    public void What_is_committed_is_told_with_the_next_entries_or_when_nothing_is_under_way()
    {
        var leader = Leading();
        Appends(leader, 1);
        Appends(leader, 1);
        Assert.Equal(new LogIndex(2), Assert.Single(To2(leader.IsAcknowledged(2, 2))).Commit);
        var told = Assert.Single(To2(leader.IsAcknowledged(2, 3)));
        Assert.Equal((new LogIndex(3), 0), (told.Commit, told.Entries.Count));
    }

    private static TestMember Leading()
    {
        var leader = new TestMember(options: Gathering);
        leader.Leads(2);
        leader.IsAcknowledged(2, 1);
        leader.Ticks(1);
        return leader;
    }

    private static IEnumerable<long> Appends(TestMember leader, int proposals)
    {
        for (var i = 0; i < proposals; i++)
        {
            Assert.Equal(ProposalRefusal.None, leader.Core.Propose(new byte[1], out _));
        }

        return EntriesIn(leader.Says());
    }

    private static IEnumerable<Message.Append> To2(IEnumerable<Message> said) => said.OfType<Message.Append>().Where(m => m.To == Id(2));

    private static IEnumerable<long> EntriesIn(IEnumerable<Message> said) => To2(said).SelectMany(m => m.Entries).Select(e => e.Index.Value);
}
