using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>A request for a node's certificate (PKCS#10), as made by the node and as read by the authority.</summary>
public sealed class NodeRequest
{
    // A P-256 request is about 200 bytes; a large one is not parsed at all.
    private const int MaxBytes = 4096;

    private NodeRequest(PublicKey publicKey) => PublicKey = publicKey;

    public PublicKey PublicKey { get; }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo): what a token is bound to at its first use.</summary>
    public byte[] KeyHash => SHA256.HashData(PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>A request that proves possession of the key and claims nothing: names are the authority's to give.</summary>
    public static byte[] Create(ECDsa key) =>
        new CertificateRequest("CN=pryvd node", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>Reads a request, checks that its own key signed it, and takes nothing from it but that key.</summary>
    /// <exception cref="IdentityException">It is too large, malformed, forged, or of another kind of key.</exception>
    public static NodeRequest Read(byte[] der)
    {
        if (der.Length > MaxBytes)
        {
            throw new IdentityException($"The certificate request has {der.Length} bytes; at most {MaxBytes} are read.");
        }

        var publicKey = LoadChecked(der).PublicKey;
        return CertificateProfile.IsP256(publicKey)
            ? new NodeRequest(publicKey)
            : throw new IdentityException("The certificate request holds no P-256 key; nodes use ECDSA with P-256 only.");
    }

    private static CertificateRequest LoadChecked(byte[] der)
    {
        try
        {
            return CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (PrivateKeys.IsRefusal(e))
        {
            throw new IdentityException(
                "The certificate request is malformed or was not signed by its own key; the node must make a new one.", e);
        }
    }
}
