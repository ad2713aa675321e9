using FsCheck;
using FsCheck.Fluent;
using Pryvd.Hosting.Trimming;

namespace Pryvd.Tests.Hosting;

/// <summary>A daemon that was busy and is quiet again gives memory back: never while it is busy, and once for what was done.</summary>
public sealed class TrimPolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(70);

    /// <summary>What some seconds allocate, in MiB: most of them none or much, and some at the bounds.</summary>
    private static readonly Arbitrary<int[]> Loads = Gen.Elements(0, 0, 0, 1, 2, 3, 15, 31, 32, 33, 200).ArrayOf().ToArbitrary();

    [Fact]
    public void Nothing_is_given_back_within_two_seconds_of_work() => Prop.ForAll(Loads, loads =>
    {
        foreach (var at in DueAt(loads))
        {
            Assert.All(loads[Math.Max(0, at - 1)..(at + 1)], load => Assert.True(Bytes(load) <= TrimPolicy.QuietRate));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_given_back_was_worth_it_each_time() => Prop.ForAll(Loads, loads =>
    {
        var from = 0;
        foreach (var at in DueAt(loads))
        {
            Assert.True(loads[from..at].Sum(Bytes) >= TrimPolicy.Worth);
            from = at + 1;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_was_done_is_given_back_soon_and_then_never_again() => Prop.ForAll(Loads, loads =>
    {
        var rest = (int)Math.Ceiling(Pause * TrimPolicy.RestFactor / Second);
        int[] thenQuiet = [.. loads, 33, .. Enumerable.Repeat(0, rest + 60)];
        var last = DueAt(thenQuiet)[^1];
        Assert.InRange(last, loads.Length + 2, loads.Length + 2 + rest);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pauses_are_a_hundredth_of_the_time_at_most_however_work_comes_and_goes() => Prop.ForAll(Loads, loads =>
    {
        var due = DueAt([.. loads, .. loads, .. loads]);
        Assert.All(due.Zip(due.Skip(1)), pair => Assert.True((pair.Second - pair.First) * Second >= Pause * TrimPolicy.RestFactor));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_is_due_two_seconds_after_the_end()
    {
        Assert.Equal([5], DueAt([0, 200, 200, 200, 0, 0, 0, 0, 0]));
        Assert.Equal([], DueAt([0, 200, 0, 200, 0, 200, 0]));
    }

    [Fact]
    public void A_process_that_never_does_much_is_left_alone() => Assert.Empty(DueAt([.. Enumerable.Repeat(1, 10_000)]));

    [Fact]
    public void Readings_that_come_late_count_for_the_time_that_passed()
    {
        var policy = TrimPolicy.From(new MemoryReading(TimeSpan.Zero, 0)).After(new MemoryReading(Second, Bytes(100)));
        Assert.False(policy.IsDue);
        Assert.True(policy.After(new MemoryReading(10 * Second, Bytes(110))).IsDue);
        Assert.False(policy.After(new MemoryReading(10 * Second, Bytes(190))).IsDue);
    }

    /// <summary>After which of the seconds memory was given back.</summary>
    private static List<int> DueAt(int[] loads)
    {
        var due = new List<int>();
        var policy = TrimPolicy.From(default);
        var allocated = 0L;
        for (var i = 0; i < loads.Length; i++)
        {
            allocated += Bytes(loads[i]);
            policy = policy.After(new MemoryReading((i + 1) * Second, allocated));
            if (policy.IsDue)
            {
                policy = policy.Trimmed(Pause);
                due.Add(i);
            }
        }

        return due;
    }

    private static long Bytes(int mebibytes) => (long)mebibytes << 20;
}
