using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Tests.Wire;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("plain text, as it is")]
    [InlineData("100 %")]
    [InlineData("line\r\nbreaks\tand \0 zero")]
    [InlineData("größer → 日本語 🎉")]
    [InlineData("")]
    public void A_text_comes_back_as_it_was(string text)
    {
        var encoded = MessageText.Encode(text);

        Assert.All(encoded, c => Assert.InRange(c, ' ', '~'));
        Assert.Equal(text, MessageText.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("a%41%", "aA%")]
    public void A_malformed_escape_stays_as_it_is(string encoded, string expected) => Assert.Equal(expected, MessageText.Decode(encoded));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(1024, MessageText.Decode(MessageText.Encode(new string('x', 100_000))).Length);
}
