namespace Simulation;

/// <summary>The checker catches what it is there for, and nothing else. Invariant 6.</summary>
public sealed class LinearizabilityTests
{
    [Fact]
    public void An_empty_history_and_one_after_the_other_are_fine() => Assert.True(
        Linearizability.Holds([]) && Linearizability.Holds([Write(1, 0, 1, 2), Read(1, 3, 4), Write(2, 1, 5, 6), Read(2, 7, 8)]));

    [Fact]
    public void A_planted_stale_read_is_caught() =>
        Assert.False(Linearizability.Holds([Write(1, 0, 1, 2), Write(2, 1, 3, 4), Read(1, 5, 6)]));

    [Fact]
    public void A_read_that_goes_back_behind_another_read_is_caught() =>
        Assert.False(Linearizability.Holds([Write(1, 0, 1, 2), Write(2, 1, 3, 20), Read(2, 5, 6), Read(1, 7, 8)]));

    [Fact]
    public void A_lost_write_is_caught() =>
        Assert.False(Linearizability.Holds([Write(1, 0, 1, 2), Write(2, 0, 3, 4)]));

    [Fact]
    public void A_write_that_was_applied_twice_is_caught() =>
        Assert.False(Linearizability.Holds([Write(1, 0, 1, 2), Write(2, 1, 3, 4), Write(3, 1, 5, 6)]));

    [Fact]
    public void A_value_from_nowhere_is_caught() => Assert.False(Linearizability.Holds([Read(7, 1, 2)]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_read_beside_a_write_may_see_either(long value) =>
        Assert.True(Linearizability.Holds([Write(1, 0, 1, 9), Read(value, 2, 3)]));

    [Fact]
    public void A_write_without_an_answer_may_have_happened_late_or_never()
    {
        Assert.True(Linearizability.Holds([Open(1, 1), Read(0, 2, 3), Read(1, 4, 5)]));
        Assert.True(Linearizability.Holds([Open(1, 1), Read(0, 2, 3), Read(0, 4, 5)]));
        Assert.False(Linearizability.Holds([Open(1, 1), Read(1, 2, 3), Read(0, 4, 5)]));
    }

    /// <summary>Against all orders of all operations, on thousands of small histories.</summary>
    [Fact]
    public void The_checker_agrees_with_one_that_tries_every_order()
    {
        var random = new Random(3);
        var verdicts = new int[2];
        for (var round = 0; round < 4000; round++)
        {
            var history = RandomHistory(random);
            var expected = TriesEveryOrder([.. history], 0);
            verdicts[expected ? 1 : 0]++;
            Assert.Equal(expected, Linearizability.Holds(history));
        }

        Assert.All(verdicts, count => Assert.True(count > 100));
    }

    private static List<Operation> RandomHistory(Random random)
    {
        var history = new List<Operation>();
        for (var i = 0; i < 5; i++)
        {
            var begin = (random.Next(20) * 10) + i;
            var end = begin + (10 * (1 + random.Next(8))) + 5;
            history.Add(random.Next(5) switch
            {
                0 => Open(i + 1, begin),
                < 3 => Write(i + 1, random.Next(3), begin, end),
                _ => Read(random.Next(4), begin, end),
            });
        }

        return history;
    }

    private static bool TriesEveryOrder(List<Operation> left, long value)
    {
        if (left.All(o => o.IsOpen))
        {
            return true;
        }

        return left.Any(next =>
            left.All(o => o == next || o.End >= next.Begin)
            && (next.IsWrite ? next.Before is null || next.Before == value : next.Value == value)
            && TriesEveryOrder([.. left.Where(o => o != next)], next.IsWrite ? next.Value : value));
    }

    private static Operation Write(long value, long before, long begin, long end) => new(0, true, value, before, begin, end);

    private static Operation Open(long value, long begin) => new(0, true, value, null, begin, long.MaxValue);

    private static Operation Read(long value, long begin, long end) => new(0, false, value, null, begin, end);
}
