using FsCheck;
using FsCheck.Fluent;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

public sealed class ClusterSealingTests : IDisposable
{
    private static readonly SealContext Context = SealContext.Variable("cluster", "db/password");

    private readonly ClusterSealing sealing = new(ClusterSealing.NewKey());

    [Fact]
    public void What_is_sealed_opens_for_the_same_variable() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[], string, string>((secret, scope, key) =>
        {
            var context = SealContext.Variable(scope ?? "", key ?? "");
            return sealing.Open(sealing.Seal(secret, context), context).SequenceEqual(secret);
        }));

    [Fact]
    public void A_sealed_value_cannot_be_moved_to_another_variable()
    {
        var envelope = sealing.Seal("secret"u8, Context);

        var e = Assert.Throws<SealException>(() => sealing.Open(envelope, SealContext.Variable("node/n1", "db/password")));
        Assert.Equal(SealFault.Tampered, e.Fault);
    }

    [Fact]
    public void An_envelope_with_any_byte_changed_does_not_open()
    {
        var envelope = sealing.Seal("secret"u8, Context);
        for (var i = 0; i < envelope.Length; i++)
        {
            var changed = envelope.ToArray();
            changed[i] ^= 0x80;
            Assert.Throws<SealException>(() => sealing.Open(changed, Context));
        }
    }

    [Fact]
    public void An_envelope_cut_off_anywhere_does_not_open()
    {
        var envelope = sealing.Seal("secret"u8, Context);
        for (var length = 0; length < envelope.Length; length++)
        {
            Assert.Throws<SealException>(() => sealing.Open(envelope.AsSpan(0, length), Context));
        }
    }

    [Fact]
    public void A_value_sealed_under_another_key_is_said_to_be()
    {
        using var other = new ClusterSealing(ClusterSealing.NewKey());

        var e = Assert.Throws<SealException>(() => other.Open(sealing.Seal("secret"u8, Context), Context));
        Assert.Equal(SealFault.OtherKey, e.Fault);
    }

    [Fact]
    public void No_envelope_holds_the_plain_value()
    {
        var envelope = sealing.Seal("correct horse"u8, Context);

        Assert.Equal(-1, envelope.AsSpan().IndexOf("correct"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(33)]
    public void A_key_of_another_length_is_refused(int length) =>
        Assert.Throws<IdentityException>(() => new ClusterSealing(new byte[length]));

    public void Dispose() => sealing.Dispose();
}
