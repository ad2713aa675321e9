using System.Security.Cryptography;

namespace Pryvd.Peers.Identity;

/// <summary>
/// The operator's key: made and written once by init, then put away. With it, and with any copy of the state, the
/// cluster's custody keys come back when every voter is lost.
/// </summary>
public sealed class RecoveryKey : IDisposable
{
    private const string Label = "PRIVATE KEY";
    private const int MaxTextLength = 8192;

    private readonly ECDiffieHellman _key;

    private RecoveryKey(ECDiffieHellman key) => _key = key;

    /// <summary>SubjectPublicKeyInfo: what the cluster remembers of it.</summary>
    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public static RecoveryKey Create() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads the text that <see cref="Write"/> gives; what stands around the key is not looked at.</summary>
    /// <exception cref="IdentityException">There is no such key in the text.</exception>
    public static RecoveryKey Read(string text)
    {
        if (text.Length > MaxTextLength || !PemEncoding.TryFind(text, out var found) || text[found.Label] != Label)
        {
            throw new IdentityException(
                "This is not a recovery key: a block from '-----BEGIN PRIVATE KEY-----' to '-----END PRIVATE KEY-----' is expected, as init wrote it.");
        }

        var pkcs8 = Convert.FromBase64String(text[found.Base64Data]);
        try
        {
            return new RecoveryKey(PrivateKeys.ReadAgreement(pkcs8, "the recovery key"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>The text for the operator: a few words of what it is, and the key as PEM.</summary>
    public string Write(string clusterName, string clusterId) =>
        $"""
        Recovery _key of the pryvd cluster {clusterName} ({clusterId}).
        It opens every secret of the cluster. Put it away, off these machines; it is not kept anywhere else.
        {_key.ExportPkcs8PrivateKeyPem()}

        """;

    public byte[] Open(ReadOnlySpan<byte> envelope, SealContext context) => Sealing.Open(_key, envelope, context);

    public override string ToString() => "recovery key (private part not shown)";

    public void Dispose() => _key.Dispose();
}
