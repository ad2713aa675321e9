using FsCheck;
using FsCheck.Fluent;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

/// <summary>Requirement G6: join tokens carry the authority's fingerprint and are kept hashed.</summary>
public sealed class JoinTokenTests
{
    private static readonly AuthorityFingerprint Authority = AuthorityFingerprint.OfEncoded("an authority"u8);

    [Fact]
    public void A_token_is_read_back_as_it_was_made()
    {
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(seed =>
        {
            var token = JoinToken.Create(AuthorityFingerprint.OfEncoded(seed));
            var read = JoinToken.Parse($"  {token.Reveal()}\n");
            return read.Id == token.Id && read.Authority.Equals(token.Authority) && read.Matches(token.Hash());
        }));
    }

    [Fact]
    public void A_token_with_any_character_changed_is_refused()
    {
        var text = JoinToken.Create(Authority).Reveal();
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToCharArray();
            changed[i] = changed[i] == 'x' ? 'y' : 'x';
            Assert.Throws<IdentityException>(() => JoinToken.Parse(new string(changed)));
        }
    }

    [Fact]
    public void A_token_cut_off_anywhere_is_refused_and_said_to_be()
    {
        var text = JoinToken.Create(Authority).Reveal();
        for (var length = "pryvd1.".Length; length < text.Length; length++)
        {
            var e = Assert.Throws<IdentityException>(() => JoinToken.Parse(text[..length]));
            Assert.Contains("cut off", e.Message);
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("swordfish", "begins with 'pryvd1.'")]
    [InlineData("pryvd2.a.b.c.d", "run the same version")]
    [InlineData("pryvd1.a b.c", "copy it again, on one line")]
    public void What_is_no_token_is_refused_with_what_is_wrong(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<IdentityException>(() => JoinToken.Parse(text)).Message);

    [Fact]
    public void A_typing_error_is_told_apart_from_a_wrong_token()
    {
        var text = JoinToken.Create(Authority).Reveal();
        var mistyped = text[..20] + (text[20] == 'A' ? 'B' : 'A') + text[21..];

        Assert.Contains("mistyped", Assert.Throws<IdentityException>(() => JoinToken.Parse(mistyped)).Message);
    }

    [Fact]
    public void A_very_long_text_is_refused_unread() =>
        Assert.Contains("at most", Assert.Throws<IdentityException>(() => JoinToken.Parse("pryvd1." + new string('a', 100_000))).Message);

    [Fact]
    public void Neither_ToString_nor_an_error_shows_the_secret()
    {
        var token = JoinToken.Create(Authority);
        var secret = token.Reveal().Split('.')[2];
        var withoutDots = token.Reveal().Replace('.', '-');

        Assert.DoesNotContain(secret, token.ToString());
        Assert.DoesNotContain(secret[..4], Assert.Throws<IdentityException>(() => JoinToken.Parse(withoutDots)).Message);
    }

    [Fact]
    public void The_hash_of_one_token_does_not_admit_another()
    {
        var token = JoinToken.Create(Authority);

        Assert.True(token.Matches(token.Hash()));
        Assert.False(token.Matches(JoinToken.Create(Authority).Hash()));
        Assert.False(token.Matches([]));
        Assert.Equal(32, token.Hash().Length);
    }

    [Fact]
    public void Ids_and_secrets_do_not_repeat()
    {
        var tokens = Enumerable.Range(0, 200).Select(_ => JoinToken.Create(Authority)).ToList();

        Assert.Equal(200, tokens.Select(t => t.Id).Distinct().Count());
        Assert.Equal(200, tokens.Select(t => t.Reveal().Split('.')[2]).Distinct().Count());
        Assert.All(tokens, t => Assert.Equal(10, t.Id.Length));
    }
}
