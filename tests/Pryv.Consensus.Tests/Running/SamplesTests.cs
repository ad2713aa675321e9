using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus.Running;

namespace Pryv.Consensus.Tests.Running;

/// <summary>M9: what the recommended timing is computed from.</summary>
public sealed class SamplesTests
{
    [Fact]
    public void The_slow_first_one_of_a_few_recommends_nothing()
    {
        var samples = new Samples();
        samples.Add(TimeSpan.FromMilliseconds(817));
        for (var i = 2; i < Samples.Fewest; i++)
        {
            samples.Add(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(0, samples.Percentile(0.99));
        samples.Add(TimeSpan.FromMilliseconds(1));
        samples.Add(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, samples.Percentile(0.99));
    }

    [Fact]
    public void As_a_sorted_list_of_the_newest_has_it() => Prop.ForAll<byte[], byte>((durations, share) =>
    {
        var (samples, all) = (new Samples(capacity: 128), durations.Concat(Enumerable.Repeat((byte)7, Samples.Fewest)).ToList());
        all.ForEach(duration => samples.Add(TimeSpan.FromMilliseconds(duration)));
        var newest = all.TakeLast(128).Order().ToList();
        var expected = newest[Math.Min(newest.Count - 1, (int)(share / 256.0 * newest.Count))];
        Assert.Equal(expected, samples.Percentile(share / 256.0));
    }).QuickCheckThrowOnFailure();
}
