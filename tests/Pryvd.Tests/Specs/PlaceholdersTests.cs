using Pryvd.Model.Components;

namespace Pryvd.Tests.Specs;

public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a${X}b${Y}", "a<X>b<Y>")]
    [InlineData("$${X}", "${X}")]
    [InlineData("$$${X}", "$${X}")]
    [InlineData("$X $ {X} $", "$X $ {X} $")]
    [InlineData("${X", "${X")]
    [InlineData("${}", "<>")]
    [InlineData("${X}${X}$${X}", "<X><X>${X}")]
    public void Names_are_replaced_and_escapes_kept(string text, string filled) => Assert.Equal(filled, Placeholders.Fill(text, name => $"<{name}>"));

    [Fact]
    public void What_was_put_in_is_not_looked_at_again() => Assert.Equal("${Y}", Placeholders.Fill("${X}", _ => "${Y}"));
}
