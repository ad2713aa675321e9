using Pryv.Consensus.Core;

namespace Pryv.Consensus.Tests.Core;

/// <summary>How a leader sends to one follower (Raft, figure 2; thesis, section 10.2.1). Invariant 10.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void A_window_is_full_by_messages_or_by_bytes()
    {
        var window = new Inflight(2, 100);
        window.Add(I(1), 10);
        Assert.False(window.IsFull);
        window.Add(I(2), 10);
        Assert.True(window.IsFull);
        window.FreeTo(I(1));
        Assert.False(window.IsFull);
        window.Add(I(3), 90);
        window.FreeTo(I(2));
        Assert.False(window.IsFull);
        window.Add(I(4), 10);
        Assert.True(window.IsFull);
        window.Clear();
        Assert.Equal((0, false), (window.Count, window.IsFull));
    }

    [Fact]
    public void One_probe_is_out_until_something_is_heard()
    {
        var progress = New();
        progress.Sent(I(9), 1);
        Assert.True(progress.IsPaused);
        Assert.Equal(I(10), progress.Next);
        progress.Accepted(I(9));
        Assert.Equal((ReplicationState.Replicate, I(9), I(10), false), (progress.State, progress.Match, progress.Next, progress.IsPaused));
    }

    [Fact]
    public void A_replicating_member_is_sent_ahead_and_probed_again_when_it_refuses()
    {
        var progress = New();
        progress.Accepted(I(5));
        progress.Sent(I(8), 1);
        Assert.Equal(I(9), progress.Next);
        Assert.True(progress.Refused(I(8), I(6)));
        Assert.Equal((ReplicationState.Probe, I(7), 0), (progress.State, progress.Next, progress.InflightCount));
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(4, 9)]
    public void A_refusal_of_what_is_known_to_match_is_old(int refused, int hint)
    {
        var progress = New();
        progress.Accepted(I(5));
        Assert.False(progress.Refused(I(refused), I(hint)));
        Assert.Equal(ReplicationState.Replicate, progress.State);
    }

    [Fact]
    public void A_refusal_of_another_probe_is_old()
    {
        var progress = New();
        Assert.False(progress.Refused(I(4), I(2)));
        Assert.True(progress.Refused(I(9), I(2)));
        Assert.Equal(I(3), progress.Next);
    }

    [Fact]
    public void Answers_never_take_the_match_back()
    {
        var progress = New();
        Assert.True(progress.Accepted(I(7)));
        Assert.False(progress.Accepted(I(3)));
        Assert.Equal((I(7), I(8)), (progress.Match, progress.Next));
    }

    [Fact]
    public void Nothing_is_sent_to_who_waits_for_a_snapshot()
    {
        var progress = New();
        progress.BecomeSnapshot();
        Assert.True(progress.IsPaused);
        progress.BecomeProbe();
        Assert.False(progress.IsPaused);
    }

    private static Progress New() => new(I(10), new Inflight(4, 1000));

    private static LogIndex I(int index) => new(index);
}
