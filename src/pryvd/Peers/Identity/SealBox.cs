using System.Security.Cryptography;

namespace Pryvd.Peers.Identity;

/// <summary>
/// The inner part of every envelope: header ‖ ciphertext ‖ tag under AES-256-GCM. Key and nonce are both derived
/// (HKDF-SHA256) from a secret and a salt that is fresh for each envelope, so no nonce is ever used twice with one key.
/// The header (version, kind, salt) and the context are authenticated.
/// </summary>
internal static class SealBox
{
    /// <summary>The largest plaintext: 1 MiB.</summary>
    public const int MaxPlaintext = 1 << 20;

    public const byte Version = 1;

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Seal(ReadOnlySpan<byte> header, Derivation secret, ReadOnlySpan<byte> plaintext, SealContext context)
    {
        RequireBounded(plaintext.Length, MaxPlaintext);
        var envelope = new byte[header.Length + plaintext.Length + TagBytes];
        header.CopyTo(envelope);
        var body = envelope.AsSpan(header.Length);
        var derived = secret.Derive(KeyBytes + NonceBytes);
        using var cipher = new AesGcm(derived.AsSpan(0, KeyBytes), TagBytes);
        cipher.Encrypt(
            derived.AsSpan(KeyBytes), plaintext, body[..plaintext.Length], body[plaintext.Length..], [.. header, .. context.Bytes]);
        CryptographicOperations.ZeroMemory(derived);
        return envelope;
    }

    public static byte[] Open(ReadOnlySpan<byte> envelope, int headerBytes, Derivation secret, SealContext context)
    {
        var header = envelope[..headerBytes];
        var body = envelope[headerBytes..];
        var plaintext = new byte[body.Length - TagBytes];
        var derived = secret.Derive(KeyBytes + NonceBytes);
        try
        {
            using var cipher = new AesGcm(derived.AsSpan(0, KeyBytes), TagBytes);
            cipher.Decrypt(
                derived.AsSpan(KeyBytes), body[..^TagBytes], body[^TagBytes..], plaintext, [.. header, .. context.Bytes]);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Tampered(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Refuses an envelope by its size, version or kind before any key is used.</summary>
    public static void RequireEnvelope(ReadOnlySpan<byte> envelope, int headerBytes, byte kind)
    {
        RequireBounded(envelope.Length, headerBytes + MaxPlaintext + TagBytes);
        if (envelope.Length < headerBytes + TagBytes)
        {
            throw new SealException(SealFault.Truncated, $"The sealed value is cut off: it has only {envelope.Length} bytes.");
        }

        if (envelope[0] != Version || envelope[1] != kind)
        {
            throw new SealException(
                SealFault.Unknown,
                $"The sealed value is of version {envelope[0]}, kind {envelope[1]}; here version {Version}, kind {kind} is read.");
        }
    }

    public static SealException Tampered(Exception cause) =>
        new(SealFault.Tampered, "The sealed value does not open: it was changed, put in another place, or sealed for another key.", cause);

    private static void RequireBounded(int length, int bound)
    {
        if (length > bound)
        {
            throw new SealException(SealFault.TooLarge, $"The value has {length} bytes; at most {bound} can be sealed or opened.");
        }
    }
}
