using System.Security.Cryptography;

namespace Pryvd.Peers.Identity;

/// <summary>
/// Seals for the holder of one private key (ECIES): an ephemeral P-256 key agrees on a secret with the receiver's public
/// key. Envelope: version ‖ kind ‖ ephemeral public point (65) ‖ ciphertext ‖ tag. Whoever has the public key can seal,
/// so an envelope says nothing about its sender.
/// </summary>
public static class Sealing
{
    private const byte Kind = 1;
    private const int CoordinateBytes = 32;
    private const int PointBytes = 1 + (2 * CoordinateBytes);
    private const int HeaderBytes = 2 + PointBytes;
    private const byte Uncompressed = 4;

    private static ReadOnlySpan<byte> Info => "pryvd seal for one key v1"u8;

    /// <summary>Seals up to 1 MiB for the holder of a P-256 key.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo of the receiver.</param>
    /// <param name="plaintext">What only the receiver shall read.</param>
    /// <param name="context">Needed again, the same, to open.</param>
    /// <exception cref="SealException">The key is no P-256 key, or the plaintext too large.</exception>
    public static byte[] SealFor(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> plaintext, SealContext context)
    {
        using var receiver = ReadReceiver(publicKey);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] header = [SealBox.Version, Kind, .. PointOf(ephemeral)];
        var shared = ephemeral.DeriveRawSecretAgreement(receiver.PublicKey);
        try
        {
            return SealBox.Seal(header, Derive(shared, header, receiver), plaintext, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <exception cref="SealException">Truncated, changed, for another key or for another context.</exception>
    public static byte[] Open(ECDiffieHellman privateKey, ReadOnlySpan<byte> envelope, SealContext context)
    {
        SealBox.RequireEnvelope(envelope, HeaderBytes, Kind);
        var header = envelope[..HeaderBytes];
        var shared = Agree(privateKey, header[2..]);
        try
        {
            return SealBox.Open(envelope, HeaderBytes, Derive(shared, header, privateKey), context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    // Both public points go into the salt, so that the derived key belongs to this pair alone.
    private static Derivation Derive(byte[] shared, ReadOnlySpan<byte> header, ECDiffieHellman receiver)
    {
        byte[] salt = [.. header[2..], .. PointOf(receiver)];
        return new Derivation(shared, salt, Info);
    }

    private static byte[] Agree(ECDiffieHellman privateKey, ReadOnlySpan<byte> point)
    {
        try
        {
            using var ephemeral = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = ReadPoint(point),
            });
            return privateKey.DeriveRawSecretAgreement(ephemeral.PublicKey);
        }
        catch (CryptographicException e)
        {
            throw SealBox.Tampered(e);
        }
    }

    private static ECPoint ReadPoint(ReadOnlySpan<byte> point) =>
        point[0] == Uncompressed
            ? new ECPoint { X = point[1..(1 + CoordinateBytes)].ToArray(), Y = point[(1 + CoordinateBytes)..].ToArray() }
            : throw new CryptographicException("The ephemeral key is not an uncompressed point.");

    private static byte[] PointOf(ECDiffieHellman key)
    {
        var point = key.ExportParameters(false).Q;
        return [Uncompressed, .. point.X!, .. point.Y!];
    }

    private static ECDiffieHellman ReadReceiver(ReadOnlySpan<byte> publicKey)
    {
        var receiver = ECDiffieHellman.Create();
        try
        {
            receiver.ImportSubjectPublicKeyInfo(publicKey, out var read);
            if (read == publicKey.Length && PrivateKeys.IsP256(receiver))
            {
                return receiver;
            }
        }
        catch (Exception e) when (PrivateKeys.IsRefusal(e))
        {
            receiver.Dispose();
            throw BadKey(e);
        }

        receiver.Dispose();
        throw BadKey(null);
    }

    private static SealException BadKey(Exception? cause) =>
        new(SealFault.BadKey, "The key to seal for is not a P-256 public key (SubjectPublicKeyInfo).", cause);
}
