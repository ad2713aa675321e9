using FsCheck;
using FsCheck.Fluent;
using Pryvd.Peers;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Peers;

/// <summary>M2: the peers' addresses are a memory aid; a damaged one must not keep a node from starting.</summary>
public sealed class PeerBookTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("""[{"Node":"a","Member":"x","Address":"h:1"}]""")]
    [InlineData("""[{"Node":null,"Member":"0000000000000001","Address":"h:1"}]""")]
    [InlineData("\0\0\0\0")]
    public void M2_a_damaged_book_is_an_empty_one(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.In("peers.json"), text);
        Assert.Empty(new PeerBook(folder.In("peers.json"), "me").Read());
    }

    [Fact]
    public void M2_no_bytes_at_all_keep_a_node_from_starting() => Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.In("peers.json"), bytes);
        return new PeerBook(folder.In("peers.json"), "me").Read().Count == 0;
    }));
}
