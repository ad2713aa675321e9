using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Tests.Wire;

public sealed class TimeoutHeaderTests
{
    [Theory]
    [InlineData(1, "1u")]
    [InlineData(10, "1u")]
    [InlineData(10_000, "1000u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    [InlineData(36_000_000_000_000, "3600000S")]
    [InlineData(long.MaxValue, "99999999H")]
    [InlineData(-5, "1u")]
    public void A_timeout_is_written_in_the_finest_unit_that_fits(long ticks, string expected) =>
        Assert.Equal(expected, TimeoutHeader.Encode(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("150n", 2)]
    [InlineData("0S", 0)]
    public void A_timeout_is_read_in_every_unit(string text, long ticks)
    {
        Assert.True(TimeoutHeader.TryDecode(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Fact]
    public void The_longest_timeout_does_not_overflow() => Assert.True(TimeoutHeader.TryDecode("99999999H", out _));

    /// <summary>What is read again is never shorter than what was meant.</summary>
    [Fact]
    public void No_timeout_gets_shorter_on_its_way()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var ticks = random.NextInt64(1, 1L << random.Next(1, 62));
            Assert.True(TimeoutHeader.TryDecode(TimeoutHeader.Encode(TimeSpan.FromTicks(ticks)), out var read));
            Assert.True(read.Ticks >= ticks, $"{ticks} became {read.Ticks}");
        }
    }
}
