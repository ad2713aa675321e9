using Pryv.Consensus.Observers;

namespace Pryvd.Tests.Observers;

/// <summary>Which upstream is tried next, and when one that failed is tried again.</summary>
public sealed class UpstreamChoiceTests
{
    private static readonly TreeNode[] Three = [Node("a"), Node("b"), Node("c")];

    [Fact]
    public void The_best_that_has_not_failed_lately_is_tried()
    {
        var choice = new UpstreamChoice();
        choice.Failed("a", At(0), 0.5);

        Assert.Equal("b", choice.Next(Three, At(0)).Upstream?.Node);
        Assert.Equal("a", choice.Next(Three, At(1000)).Upstream?.Node);
    }

    [Fact]
    public void Each_failure_doubles_the_pause_up_to_a_bound_and_chance_takes_up_to_half_of_it()
    {
        Assert.Equal(UpstreamChoice.FirstPause, UpstreamChoice.Pause(1, 1));
        Assert.Equal(UpstreamChoice.FirstPause / 2, UpstreamChoice.Pause(1, 0));
        Assert.Equal(UpstreamChoice.FirstPause * 4, UpstreamChoice.Pause(3, 1));
        Assert.Equal(UpstreamChoice.LongestPause, UpstreamChoice.Pause(1000, 1));
    }

    [Fact]
    public void When_all_failed_it_says_how_long_to_wait_for_the_first()
    {
        var choice = new UpstreamChoice();
        choice.Failed("a", At(0), 1);
        choice.Failed("a", At(0), 1);
        choice.Failed("b", At(100), 1);
        choice.Failed("c", At(0), 1);

        Assert.Equal((null, TimeSpan.FromMilliseconds(150)), choice.Next(Three, At(100)));
    }

    [Fact]
    public void A_better_one_is_looked_for_only_among_those_that_may_be_tried()
    {
        var choice = new UpstreamChoice();
        choice.Failed("a", At(0), 1);

        Assert.False(choice.HasBetter(Three, "b", At(100)));
        Assert.True(choice.HasBetter(Three, "b", At(300)));
        Assert.False(choice.HasBetter(Three, "a", At(300)));
        Assert.True(choice.HasBetter(Three, "gone", At(300)));
    }

    [Fact]
    public void Serving_makes_up_for_failures_and_who_is_no_candidate_any_more_is_forgotten()
    {
        var choice = new UpstreamChoice();
        choice.Failed("a", At(0), 1);
        choice.Failed("b", At(0), 1);
        choice.Served("a");
        choice.Next([Three[0]], At(1));

        Assert.Equal("a", choice.Next(Three, At(1)).Upstream?.Node);
        Assert.True(choice.HasBetter(Three, "c", At(1)));
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static TreeNode Node(string id) => new(id, $"{id}:7411", "dc", false);
}
