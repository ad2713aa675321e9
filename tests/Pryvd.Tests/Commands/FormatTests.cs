using Pryv.Consensus;
using Pryvd.Model;

namespace Pryvd.Tests.Commands;

/// <summary>Scopes, names, positions and request ids: what is written is read back, and nothing else is accepted.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("cluster")]
    [InlineData("group/db")]
    [InlineData("node/n1.example")]
    [InlineData("component/core")]
    public void A_scope_is_read_back(string text)
    {
        Assert.True(VarScope.TryParse(text, out var scope));
        Assert.Equal(text, scope.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Cluster")]
    [InlineData("cluster/x")]
    [InlineData("group/")]
    [InlineData("node/a/b")]
    [InlineData("node/a b")]
    [InlineData("node/ä")]
    [InlineData("rack/1")]
    public void What_is_no_scope_is_refused(string text) => Assert.False(VarScope.TryParse(text, out _));

    [Fact]
    public void Names_and_keys_have_their_bounds()
    {
        Assert.True(Names.IsName(new string('a', 128)));
        Assert.False(Names.IsName(new string('a', 129)));
        Assert.False(Names.IsName("a/b"));
        Assert.True(Names.IsKey("a/b.c-d_e" + new string('x', 247)));
        Assert.False(Names.IsKey(new string('a', 257)));
        Assert.False(Names.IsKey("a:b"));
    }

    [Fact]
    public void Positions_sort_as_numbers_and_as_text_alike()
    {
        EventPosition[] ascending =
        [
            EventPosition.Zero,
            new(new Epoch(1), new LogIndex(2), 1),
            new(new Epoch(1), new LogIndex(2), 10),
            new(new Epoch(1), new LogIndex(10), 1),
            EventPosition.EndOf(new Epoch(1), new LogIndex(long.MaxValue)),
            new(new Epoch(2), new LogIndex(1), 1),
        ];
        Assert.Equal(ascending, ascending.Reverse().Order());
        Assert.Equal(ascending.Select(position => position.SortKey()), ascending.Select(position => position.SortKey()).Order(StringComparer.Ordinal));
        Assert.All(ascending, position =>
        {
            Assert.True(EventPosition.TryParse(position.ToString(), out var read));
            Assert.Equal(position, read);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("1:2")]
    [InlineData("1:2:3:4")]
    [InlineData("1:-2:3")]
    [InlineData("1: 2:3")]
    [InlineData("1:2:99999999999")]
    public void What_is_no_position_is_refused(string text) => Assert.False(EventPosition.TryParse(text, out _));

    [Fact]
    public void A_request_id_is_read_back()
    {
        var id = new RequestId(Make.RequestId(77), new LogIndex(12));
        Assert.True(RequestId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        Assert.False(RequestId.TryParse("77-12", out _));
        Assert.False(RequestId.TryParse(Make.RequestId(77), out _));
    }

    [Fact]
    public void Text_is_never_cut_within_a_character() => Assert.Equal("ab", Clip.To("ab\U0001F600", 3));
}
