using System.Text;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Fuzz;

/// <summary>G6: a token or recovery key that was changed in any way is what it was, or is refused with what is wrong with it.</summary>
[Trait("Category", "Fuzz")]
public sealed class SecretTextFuzzTests
{
    [Fact]
    public Task Any_token_is_read_as_it_was_made_or_refused() => FuzzRuns.EachAsync(3000, random =>
    {
        var token = JoinToken.Create(AuthorityFingerprint.OfEncoded("an authority"u8));
        var text = Latin(Mutated.Of(Encoding.Latin1.GetBytes(token.Reveal()), random));
        var read = Reading(() => JoinToken.Parse(text));
        Assert.True(read is null || (read.Id == token.Id && read.Authority.Equals(token.Authority) && read.Matches(token.Hash())), text);
    });

    [Fact]
    public Task Any_recovery_key_is_read_as_it_was_made_or_refused() => FuzzRuns.EachAsync(300, random =>
    {
        using var key = RecoveryKey.Create();
        var text = Latin(Mutated.Of(Encoding.Latin1.GetBytes(key.Write("demo", "c1")), random));
        using var read = Reading(() => RecoveryKey.Read(text));
        Assert.True(read is null || read.PublicKey.AsSpan().SequenceEqual(key.PublicKey), text);
    });

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static T? Reading<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (IdentityException refused)
        {
            Assert.NotEmpty(refused.Message);
            return null;
        }
    }
}
