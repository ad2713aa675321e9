using Pryv.Consensus.Running;

namespace Pryv.Consensus.Tests.Running;

/// <summary>Invariant 6: reads share questions, and never one that was asked before they came.</summary>
public sealed class GatheredReadsTests
{
    private int asked;

    [Fact]
    public async Task Those_who_come_while_a_question_is_under_way_share_the_next()
    {
        var reads = new GatheredReads(() => asked++);
        var first = reads.JoinAsync();
        var beside = reads.JoinAsync();
        reads.Begin();
        var late = reads.JoinAsync();
        var later = reads.JoinAsync();
        Assert.Equal(1, asked);

        reads.Finish(new LogIndex(7));
        Assert.Equal([new LogIndex(7), new LogIndex(7)], await Task.WhenAll(first, beside));
        Assert.False(late.IsCompleted);
        Assert.Equal(2, asked);

        reads.Begin();
        reads.Finish(new LogIndex(9));
        Assert.Equal([new LogIndex(9), new LogIndex(9)], await Task.WhenAll(late, later));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_question_that_fails_is_followed_by_the_next_one()
    {
        var reads = new GatheredReads(() => asked++);
        var first = reads.JoinAsync();
        reads.Begin();
        var second = reads.JoinAsync();
        reads.Finish(null);
        Assert.Null(await first);
        Assert.Equal(2, asked);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task At_the_end_nobody_is_left_waiting()
    {
        var reads = new GatheredReads(() => asked++);
        var underWay = reads.JoinAsync();
        reads.Begin();
        var gathering = reads.JoinAsync();
        reads.End();
        Assert.Equal([null, null, null], await Task.WhenAll(underWay, gathering, reads.JoinAsync()));
        reads.Finish(new LogIndex(1));
        Assert.Equal(1, asked);
    }
}
