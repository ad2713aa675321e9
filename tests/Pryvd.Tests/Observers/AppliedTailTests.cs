using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus;
using Pryvd.Observers;

namespace Pryvd.Tests.Observers;

/// <summary>The tail in memory against a plain list of all entries.</summary>
public sealed class AppliedTailTests
{
    private const int MaxEntries = 8;
    private const int MaxBytes = 400;

    [Fact]
    public void It_gives_exactly_what_follows_or_nothing() => Prop.ForAll(
        Gen.Choose(0, 60).ListOf().ToArbitrary(),
        Gen.Choose(0, 30).ToArbitrary(),
        Gen.Choose(0, 200).ToArbitrary(),
        (sizes, after, room) =>
        {
            var all = sizes.Select((size, i) => new Entry(new(i + 1), new(1), EntryKind.Command, new byte[size])).ToList();
            var tail = new AppliedTail(MaxEntries, MaxBytes);
            all.ForEach(e => tail.Add([e]));

            var found = tail.TryRead(new(after), room);

            return found is null ? IsDropped(all, after) : found.SequenceEqual(all.Skip(after).Take(found.Count)) && IsBounded(found, all.Count - after, room);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void After_a_snapshot_it_knows_nothing_and_goes_on_from_there()
    {
        var tail = new AppliedTail();
        tail.Add([Empty(1), Empty(2)]);
        tail.Clear();
        Assert.Null(tail.TryRead(new(1), 100));

        tail.Add([Empty(900), Empty(901)]);

        Assert.Null(tail.TryRead(new(2), 100));
        Assert.Equal([900, 901], tail.TryRead(new(899), 100)!.Select(e => e.Index.Value));
    }

    /// <summary>Only what the bounds pushed out, or does not exist, may be missing.</summary>
    private static bool IsDropped(List<Entry> all, int after) =>
        after >= all.Count || all.Count - after > MaxEntries || all.Skip(after).Sum(e => e.Size) > MaxBytes;

    private static bool IsBounded(IReadOnlyList<Entry> found, int left, int room) =>
        found.Count == 1 || (found.Sum(e => e.Size) <= room && found.Count <= left);

    private static Entry Empty(long index) => new(new(index), new(1), EntryKind.Noop, default);
}
