using Pryvd.Observers;

namespace Pryvd.Tests.Observers;

/// <summary>An upstream serves so many and no more.</summary>
public sealed class PullSlotsTests
{
    private readonly PullSlots _slots = new();

    [Fact]
    public void Above_the_capacity_there_is_no_place_until_one_is_given_back()
    {
        var first = _slots.TryTake("a", 2)!;
        Assert.NotNull(_slots.TryTake("b", 2));
        Assert.Null(_slots.TryTake("c", 2));

        first.Dispose();

        Assert.NotNull(_slots.TryTake("c", 2));
        Assert.Equal(["b", "c"], _slots.Children.Order());
    }

    [Fact]
    public void A_child_that_comes_again_takes_its_own_place_and_its_former_stream_ends()
    {
        var former = _slots.TryTake("a", 1)!;
        var again = _slots.TryTake("a", 1)!;

        Assert.True(former.Ended.IsCancellationRequested);
        former.Dispose();
        Assert.False(again.Ended.IsCancellationRequested);
        Assert.Equal(["a"], _slots.Children);
    }

    [Fact]
    public void A_new_leader_keeps_few()
    {
        var taken = Enumerable.Range(0, 10).Select(i => _slots.TryTake($"n{i}", 32)!).ToList();

        _slots.Shrink(4);

        Assert.Equal(6, taken.Count(s => s.Ended.IsCancellationRequested));
    }

    [Fact]
    public async Task The_end_waits_for_those_who_are_served()
    {
        var slot = _slots.TryTake("a", 1)!;
        var closing = _slots.CloseAsync();

        Assert.True(slot.Ended.IsCancellationRequested);
        Assert.False(closing.IsCompleted);
        Assert.Null(_slots.TryTake("b", 9));

        slot.Dispose();
        await closing.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_former_stream_is_waited_for_as_well()
    {
        var former = _slots.TryTake("a", 1)!;
        var again = _slots.TryTake("a", 1)!;
        var closing = _slots.CloseAsync();
        again.Dispose();

        Assert.False(closing.IsCompleted);

        former.Dispose();
        await closing.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
