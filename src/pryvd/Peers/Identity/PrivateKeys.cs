using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>Reading P-256 keys, with errors that name what was read.</summary>
internal static class PrivateKeys
{
    private const string P256 = "1.2.840.10045.3.1.7";

    public static ECDsa ReadSigning(ReadOnlySpan<byte> pkcs8, string what)
    {
        var key = ECDsa.Create();
        Import(key, pkcs8, what);
        return key;
    }

    public static ECDiffieHellman ReadAgreement(ReadOnlySpan<byte> pkcs8, string what)
    {
        var key = ECDiffieHellman.Create();
        Import(key, pkcs8, what);
        return key;
    }

    /// <summary>Whether the certificate certifies this very key.</summary>
    public static bool Match(ECDsa key, X509Certificate2 certificate) =>
        key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public static bool IsP256(ECAlgorithm key) => key.ExportParameters(false).Curve.Oid?.Value == P256;

    /// <summary>Whether reading a key failed because of the key; OpenSSL reports an unknown curve as unsupported.</summary>
    public static bool IsRefusal(Exception e) => e is CryptographicException or NotSupportedException;

    private static void Import(ECAlgorithm key, ReadOnlySpan<byte> pkcs8, string what)
    {
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out var read);
            if (read == pkcs8.Length && IsP256(key))
            {
                return;
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            key.Dispose();
            throw new IdentityException($"Reading {what} failed: it is not a private key (PKCS#8).", e);
        }

        key.Dispose();
        throw new IdentityException($"Reading {what} failed: it is not a P-256 key.");
    }
}
