using System.Security.Cryptography;

namespace Pryvd.Peers.Identity;

/// <summary>From what an envelope's key and nonce are derived by HKDF-SHA256 (RFC 5869).</summary>
/// <param name="secret">Input key material.</param>
/// <param name="salt">Fresh for each envelope.</param>
/// <param name="info">Separates the uses of one secret.</param>
internal readonly ref struct Derivation(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info)
{
    private readonly ReadOnlySpan<byte> _secret = secret;
    private readonly ReadOnlySpan<byte> _salt = salt;
    private readonly ReadOnlySpan<byte> _info = info;

    public byte[] Derive(int length)
    {
        var output = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, output, _salt, _info);
        return output;
    }
}
