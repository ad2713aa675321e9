using Pryvd.Cli.Printing;

namespace Pryvd.Tests.Cli;

public sealed class ChangeTextTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("", "1", "1")]
    [InlineData("1", "", "removed")]
    [InlineData("1", "\"two\"", "1 -> \"two\"")]
    [InlineData("{\"state\":\"commissioning\",\"name\":\"n1\"}", "{\"state\":\"ready\",\"name\":\"n1\"}", "state commissioning -> ready")]
    [InlineData("", "{\"name\":\"n1\",\"tags\":{}}", "+ name n1")]
    [InlineData("{\"a\":1}", "", "removed")]
    public void A_change_says_what_differs_and_no_more(string old, string now, string text) => Assert.Equal(text, ChangeText.Of(old, now));

    [Fact]
    public void A_long_change_is_cut_for_the_table() => Assert.Equal(80, ChangeText.Of("", $"\"{new string('x', 500)}\"").Length);
}
