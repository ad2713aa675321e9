using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

public sealed class SealingTests : IDisposable
{
    private static readonly SealContext Context = SealContext.Variable("cluster", "db/password");

    private readonly ECDiffieHellman receiver = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    private byte[] PublicKey => receiver.ExportSubjectPublicKeyInfo();

    [Fact]
    public void What_is_sealed_for_a_key_opens_with_it() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(
            secret => Sealing.Open(receiver, Sealing.SealFor(PublicKey, secret, Context), Context).SequenceEqual(secret)));

    [Fact]
    public void Sealing_the_same_twice_gives_two_envelopes() =>
        Assert.NotEqual(Sealing.SealFor(PublicKey, "a"u8, Context), Sealing.SealFor(PublicKey, "a"u8, Context));

    [Fact]
    public void An_envelope_with_any_byte_changed_does_not_open()
    {
        var envelope = Sealing.SealFor(PublicKey, "secret"u8, Context);
        for (var i = 0; i < envelope.Length; i++)
        {
            var changed = envelope.ToArray();
            changed[i] ^= 1;
            var e = Assert.Throws<SealException>(() => Sealing.Open(receiver, changed, Context));
            Assert.Equal(i < 2 ? SealFault.Unknown : SealFault.Tampered, e.Fault);
        }
    }

    [Fact]
    public void An_envelope_cut_off_anywhere_does_not_open()
    {
        var envelope = Sealing.SealFor(PublicKey, "secret"u8, Context);
        for (var length = 0; length < envelope.Length; length++)
        {
            var e = Assert.Throws<SealException>(() => Sealing.Open(receiver, envelope.AsSpan(0, length), Context));
            Assert.True(e.Fault is SealFault.Truncated or SealFault.Tampered);
        }
    }

    [Fact]
    public void Neither_another_key_nor_another_context_opens_it()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var envelope = Sealing.SealFor(PublicKey, "secret"u8, Context);

        Assert.Equal(SealFault.Tampered, Assert.Throws<SealException>(() => Sealing.Open(other, envelope, Context)).Fault);
        var moved = SealContext.Variable("cluster", "db/passwor");
        Assert.Equal(SealFault.Tampered, Assert.Throws<SealException>(() => Sealing.Open(receiver, envelope, moved)).Fault);
    }

    [Fact]
    public void A_context_is_its_parts_not_their_concatenation()
    {
        var envelope = Sealing.SealFor(PublicKey, "x"u8, SealContext.Variable("node/a", "b"));

        Assert.Throws<SealException>(() => Sealing.Open(receiver, envelope, SealContext.Variable("node/", "ab")));
    }

    [Fact]
    public void Too_much_is_refused_both_ways()
    {
        var limit = new byte[1 << 20];
        Assert.Equal(limit, Sealing.Open(receiver, Sealing.SealFor(PublicKey, limit, Context), Context));

        var over = new byte[limit.Length + 1];
        Assert.Equal(SealFault.TooLarge, Assert.Throws<SealException>(() => Sealing.SealFor(PublicKey, over, Context)).Fault);
        var huge = new byte[2 * limit.Length];
        Assert.Equal(SealFault.TooLarge, Assert.Throws<SealException>(() => Sealing.Open(receiver, huge, Context)).Fault);
    }

    [Fact]
    public void Only_P256_keys_are_sealed_for()
    {
        using var large = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        byte[][] keys = [[], [1, 2, 3], large.ExportSubjectPublicKeyInfo(), [.. PublicKey, 0]];

        Assert.All(keys, key =>
            Assert.Equal(SealFault.BadKey, Assert.Throws<SealException>(() => Sealing.SealFor(key, "x"u8, Context)).Fault));
    }

    public void Dispose() => receiver.Dispose();
}
