using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Tests.Cli;

public sealed class TextTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("10", 10_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    public void Durations_are_read(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1y")]
    [InlineData("s")]
    [InlineData("1h30")]
    [InlineData("1..5s")]
    [InlineData("99999d")]
    [InlineData("1e400s")]
    [InlineData("9999999999999999999999999999999999999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("plain é 日本", "plain é 日本")]
    [InlineData("a\nb\tc", "a\\nb\\tc")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("a\u202eb", "a\\u202eb")]
    public void Nothing_hides_in_what_is_shown(string text, string shown) => Assert.Equal(shown, Visible.Of(text));

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(long.MaxValue, null)]
    [InlineData(1_000, "1970-01-01T00:00:01.000Z")]
    public void Times_are_rfc_3339_or_nothing(long milliseconds, string? text) => Assert.Equal(text, Times.Rfc3339(milliseconds));
}
