using System.Security.Cryptography;

namespace Pryvd.Peers.Identity;

/// <summary>
/// Seals secrets under the cluster's sealing key, before they are proposed to the log. Envelope: version ‖ kind ‖ key id (8)
/// ‖ salt (24) ‖ ciphertext ‖ tag. The context is the variable's scope and key.
/// </summary>
public sealed class ClusterSealing : IDisposable
{
    public const int KeyBytes = 32;

    private const byte Kind = 2;
    private const int KeyIdBytes = 8;
    private const int SaltBytes = 24;
    private const int SaltOffset = 2 + KeyIdBytes;
    private const int HeaderBytes = SaltOffset + SaltBytes;

    private readonly byte[] _key;
    private readonly byte[] _keyId;

    /// <param name="key">The cluster's sealing key, 32 bytes; copied.</param>
    /// <exception cref="IdentityException">The key is not 32 bytes long.</exception>
    public ClusterSealing(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes)
        {
            throw new IdentityException($"The cluster's sealing key has {key.Length} bytes instead of {KeyBytes}; restore custody from another voter.");
        }

        _key = key.ToArray();
        _keyId = SHA256.HashData([.. "pryvd sealing key id v1"u8, .. key])[..KeyIdBytes];
    }

    private static ReadOnlySpan<byte> Info => "pryvd cluster seal v1"u8;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <exception cref="SealException">The plaintext is larger than 1 MiB.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, SealContext context)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return SealBox.Seal(
            [SealBox.Version, Kind, .. _keyId, .. salt], new Derivation(_key, salt, Info), plaintext, context);
    }

    /// <exception cref="SealException">Truncated, changed, under another key or for another variable.</exception>
    public byte[] Open(ReadOnlySpan<byte> envelope, SealContext context)
    {
        SealBox.RequireEnvelope(envelope, HeaderBytes, Kind);
        if (!envelope[2..SaltOffset].SequenceEqual(_keyId))
        {
            throw new SealException(
                SealFault.OtherKey,
                $"The value was sealed under key {Convert.ToHexStringLower(envelope[2..SaltOffset])}, this node holds {Convert.ToHexStringLower(_keyId)}; restore custody from another voter.");
        }

        return SealBox.Open(envelope, HeaderBytes, new Derivation(_key, envelope[SaltOffset..HeaderBytes], Info), context);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
