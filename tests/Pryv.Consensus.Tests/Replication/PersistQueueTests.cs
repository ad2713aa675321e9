using Pryv.Consensus.Core;
using Pryv.Consensus.Replication;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Replication;

/// <summary>One write at a time, and whatever comes meanwhile shares the next. Invariant 2.</summary>
public sealed class PersistQueueTests
{
    private readonly PersistQueue _queue = new();

    [Fact]
    public void What_comes_while_a_write_is_under_way_becomes_one_write()
    {
        Add(null, Entries(1, 1));
        var first = _queue.Begin()!;
        Add(new HardState(T(1), Id(2), LogIndex.Zero), Entries(2, 1));
        Add(null, Entries(3, 1, 1));
        Assert.Null(_queue.Begin());
        _queue.Complete(first.Batch);
        var second = _queue.Begin()!;
        Assert.Equal([2, 3, 4], second.Entries.Select(e => e.Index.Value));
        Assert.Equal(Id(2), second.HardState!.Value.VotedFor);
    }

    [Fact]
    public void Ticks_count_from_the_beginning_of_the_write_under_way()
    {
        Assert.Equal(0, _queue.Tick());
        Add(null, Entries(1, 1));
        var first = _queue.Begin()!;
        Assert.Equal([1, 2], new[] { _queue.Tick(), _queue.Tick() });
        Add(null, Entries(2, 1));
        _queue.Complete(first.Batch);
        _queue.Begin();
        Assert.Equal(1, _queue.Tick());
    }

    [Fact]
    public void Messages_wait_for_the_write_that_they_came_with()
    {
        Add(null, Entries(1, 1), new Message.TimeoutNow(Id(1), Id(2), T(1)));
        var first = _queue.Begin()!;
        Add(null, Entries(2, 1), new Message.TimeoutNow(Id(1), Id(3), T(1)));
        Assert.Equal([Id(2)], _queue.Complete(first.Batch).Messages.Select(m => m.To));
        var second = _queue.Complete(_queue.Begin()!.Batch);
        Assert.Equal((At(2, 1), Id(3)), (second.Reached!.Value, second.Messages.Single().To));
        Assert.True(_queue.IsIdle);
    }

    [Theory]
    [InlineData(3, "2/1 3/2")]
    [InlineData(2, "2/2")]
    [InlineData(1, "1/2")]
    [InlineData(4, "2/1 3/1 4/2")]
    public void Entries_that_replace_waiting_ones_take_their_place(int from, string expected)
    {
        Add(null, Entries(2, 1, 1));
        Add(null, Entries(from, 2));
        Assert.Equal(expected, string.Join(' ', _queue.Begin()!.Entries.Select(e => $"{e.Index}/{e.Term}")));
    }

    [Fact]
    public void A_write_that_was_not_begun_cannot_be_done() =>
        Assert.Throws<InvariantException>(() => _queue.Complete(1));

    [Fact]
    public void It_says_whether_entries_wait()
    {
        Add(new HardState(T(1), Id(2), LogIndex.Zero), []);
        Assert.False(_queue.HoldsEntries);
        Add(null, Entries(1, 1));
        Assert.True(_queue.HoldsEntries);
        _queue.Begin();
        Assert.False(_queue.HoldsEntries);
    }

    private void Add(HardState? state, Entry[] entries, params Message[] after) =>
        _queue.Add(new Ready(state, entries, [], after, [], [], [], []));
}
