using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Pryvd.Store;

namespace Pryvd.Tests.Store;

/// <summary>Invariant 4: the digest knows which rows there are, not how they came to be there.</summary>
public sealed class MultisetHashTests
{
    [Fact]
    public void The_order_does_not_matter_and_what_is_removed_leaves_no_trace() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), ArbMap.Default.ArbFor<int[]>(), (kept, gone) =>
        {
            var direct = kept.Order().Aggregate(default(MultisetHash), (sum, item) => sum.Add(Hash(item)));
            var detour = gone.Concat(kept).Aggregate(default(MultisetHash), (sum, item) => sum.Add(Hash(item)));
            Assert.Equal(direct, gone.Aggregate(detour, (sum, item) => sum.Remove(Hash(item))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_counts_how_often_and_carries_through_all_digits()
    {
        var ones = Enumerable.Repeat((byte)0xff, MultisetHash.Bytes).ToArray();
        var one = new byte[MultisetHash.Bytes];
        one[^1] = 1;
        Assert.Equal(default, default(MultisetHash).Add(ones).Add(one));
        Assert.Equal(default(MultisetHash).Add(ones), default(MultisetHash).Remove(one));
        Assert.NotEqual(default(MultisetHash).Add(one), default(MultisetHash).Add(one).Add(one));
    }

    [Fact]
    public void It_is_read_back_from_its_digits()
    {
        var sum = default(MultisetHash).Add(Hash(1)).Add(Hash(2));
        Assert.True(MultisetHash.TryParse(sum.ToString(), out var read));
        Assert.Equal(sum, read);
        Assert.False(MultisetHash.TryParse("", out _));
        Assert.False(MultisetHash.TryParse(new string('g', 64), out _));
    }

    private static byte[] Hash(int item) => SHA256.HashData(BitConverter.GetBytes(item));
}
