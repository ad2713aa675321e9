using System.Diagnostics;
using Pryv.Consensus.Running;

namespace Pryv.Consensus.Tests.Running;

/// <summary>Invariant 6: reads share questions, and never one that was asked before they came.</summary>
public sealed class GatheredReadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);
    private static readonly long Later = 2 * Stopwatch.Frequency / 1000;
    private int asked;

    private GatheredReads NewReads() => new(() => asked++, Patience);

    [Fact]
    public async Task Those_who_come_while_a_question_is_under_way_share_the_next()
    {
        var reads = NewReads();
        var first = reads.JoinAsync();
        var beside = reads.JoinAsync();
        reads.Begin();
        var late = reads.JoinAsync();
        var later = reads.JoinAsync();
        Assert.Equal(1, asked);

        reads.Finish(new LogIndex(7), now: 0);
        Assert.Equal([new LogIndex(7), new LogIndex(7)], await Task.WhenAll(first, beside));
        Assert.False(late.IsCompleted);
        reads.StopWaiting(Later);
        Assert.Equal(2, asked);

        reads.Begin();
        reads.Finish(new LogIndex(9), now: Later);
        Assert.Equal([new LogIndex(9), new LogIndex(9)], await Task.WhenAll(late, later));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Those_who_were_answered_are_waited_for_until_as_many_have_come()
    {
        var reads = NewReads();
        Answer(reads, readers: 3);
        _ = reads.JoinAsync();
        _ = reads.JoinAsync();
        Assert.Equal(1, asked);
        _ = reads.JoinAsync();
        Assert.Equal(2, asked);
        _ = reads.JoinAsync();
        reads.StopWaiting(Later);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Nobody_waits_for_others_longer_than_for_a_moment()
    {
        var reads = NewReads();
        Answer(reads, readers: 3);
        _ = reads.JoinAsync();
        Assert.Equal(2, reads.MillisecondsLeft(now: 0));
        reads.StopWaiting(Later - 1);
        Assert.Equal(1, asked);

        reads.StopWaiting(Later);
        Assert.Equal(2, asked);
        Assert.Equal(int.MaxValue, reads.MillisecondsLeft(Later));
    }

    [Fact]
    public void Once_nobody_came_in_time_the_next_reader_asks_at_once()
    {
        var reads = NewReads();
        Answer(reads, readers: 3);
        reads.StopWaiting(Later);
        Assert.Equal(1, asked);
        _ = reads.JoinAsync();
        Assert.Equal(2, asked);
    }

    [Fact]
    public void A_lone_reader_never_waits()
    {
        var reads = NewReads();
        Answer(reads, readers: 1);
        Assert.Equal(int.MaxValue, reads.MillisecondsLeft(now: 0));
        _ = reads.JoinAsync();
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_question_that_fails_is_followed_by_the_next_one()
    {
        var reads = NewReads();
        var first = reads.JoinAsync();
        reads.Begin();
        var second = reads.JoinAsync();
        reads.Finish(null, now: 0);
        Assert.Null(await first);
        reads.StopWaiting(Later);
        Assert.Equal(2, asked);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task At_the_end_nobody_is_left_waiting()
    {
        var reads = NewReads();
        var underWay = reads.JoinAsync();
        reads.Begin();
        var gathering = reads.JoinAsync();
        reads.End();
        Assert.Equal([null, null, null], await Task.WhenAll(underWay, gathering, reads.JoinAsync()));
        reads.Finish(new LogIndex(1), now: 0);
        reads.StopWaiting(Later);
        Assert.Equal(1, asked);
    }

    private static void Answer(GatheredReads reads, int readers)
    {
        for (var reader = 0; reader < readers; reader++)
        {
            _ = reads.JoinAsync();
        }

        reads.Begin();
        reads.Finish(new LogIndex(1), now: 0);
    }
}
