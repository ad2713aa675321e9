using System.Diagnostics;
using Pryvd.Peers.Links;

namespace Pryvd.Tests.Peers;

/// <summary>M8: a process that is frozen takes nothing, whatever the kernel of its machine acknowledges.</summary>
public sealed class LinkPulseTests
{
    private readonly LinkPulse _pulse = new(openedAt: At(0));

    [Fact]
    public void Who_says_each_second_that_it_takes_messages_is_sent_more()
    {
        for (var tenth = 1; tenth < 600; tenth++)
        {
            Assert.True(_pulse.Sent(At(tenth / 10.0)), $"given up after {tenth} tenths of a second");
            if (tenth % 10 == 0)
            {
                _pulse.Answered(At((tenth / 10.0) + 0.05));
            }
        }
    }

    [Fact]
    public void A_link_that_was_quiet_for_long_is_not_given_up_at_the_first_message_after_that()
    {
        _pulse.Answered(At(0.1));
        Assert.True(_pulse.Sent(At(0.2)));
        Assert.True(_pulse.Sent(At(3600)));
        Assert.True(_pulse.Sent(At(3602.9)));
        Assert.False(_pulse.Sent(At(3603.1)));
    }

    [Fact]
    public void Who_has_taken_nothing_for_three_seconds_is_given_up_and_an_answer_comes_in_time_until_then()
    {
        Assert.True(_pulse.Sent(At(1.4)));
        Assert.True(_pulse.Sent(At(1.5)));
        Assert.True(_pulse.Sent(At(4.4)));
        _pulse.Answered(At(4.45));
        Assert.True(_pulse.Sent(At(4.6)));
        Assert.True(_pulse.Sent(At(6)));
        Assert.False(_pulse.Sent(At(9.1)));
    }

    private static long At(double seconds) => 1 + (long)(seconds * Stopwatch.Frequency);
}
