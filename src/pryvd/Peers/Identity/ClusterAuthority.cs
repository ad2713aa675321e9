using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>
/// The cluster's own certificate authority: a P-256 key and its self-signed certificate. Only voters hold the key. It
/// decides every name in what it issues; a request contributes nothing but its public key.
/// </summary>
public sealed class ClusterAuthority : IDisposable
{
    /// <summary>How long a node's certificate is valid unless the cluster says otherwise.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(30);

    private const int ValidYears = 20;
    private const int SerialBytes = 16;
    private const int MaxClusterNameLength = 50;

    // Clocks of nodes differ a little; a certificate that was just issued must not look like one from the future.
    private static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    private readonly ECDsa _key;

    private ClusterAuthority(ECDsa key, X509Certificate2 certificate, string clusterId)
    {
        _key = key;
        Certificate = certificate;
        ClusterId = clusterId;
    }

    public X509Certificate2 Certificate { get; }

    public string ClusterId { get; }

    public AuthorityFingerprint Fingerprint => AuthorityFingerprint.Of(Certificate);

    /// <summary>Makes the authority of a new cluster.</summary>
    /// <exception cref="ArgumentException">The name is empty or longer than 50 characters, or the id is none.</exception>
    public static ClusterAuthority Create(string clusterName, string clusterId, DateTimeOffset now)
    {
        if (clusterName.Length is 0 or > MaxClusterNameLength || !CertifiedName.IsId(clusterId))
        {
            throw new ArgumentException(
                $"A cluster's name has 1 to {MaxClusterNameLength} characters and its id is lower-case letters, digits and hyphens.");
        }

        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new ClusterAuthority(key, SelfSign(key, clusterName, clusterId, now), clusterId);
    }

    /// <summary>Takes up the authority from its certificate and its key out of custody (PKCS#8).</summary>
    /// <exception cref="IdentityException">The certificate is no authority's, or the key is not its own.</exception>
    public static ClusterAuthority Load(byte[] certificateDer, ReadOnlySpan<byte> privateKey)
    {
        var certificate = LoadCertificate(certificateDer);
        var key = PrivateKeys.ReadSigning(privateKey, "the authority's key");
        if (!PrivateKeys.Match(key, certificate))
        {
            throw new IdentityException("The authority's key and certificate do not belong together; restore custody from another voter.");
        }

        return new ClusterAuthority(key, certificate, ClusterIdOf(certificate));
    }

    /// <summary>The cluster that an authority's certificate stands for.</summary>
    /// <exception cref="IdentityException">The certificate is not that of a pryvd authority.</exception>
    public static string ClusterIdOf(X509Certificate2 certificate) =>
        CertificateProfile.Uris(certificate) is [var uri] && CertifiedName.ParseAuthority(uri) is { } clusterId
            ? clusterId
            : throw new IdentityException($"The certificate {certificate.Subject} is not that of a pryvd cluster's authority.");

    /// <summary>Certifies the key of a request for a node.</summary>
    /// <exception cref="IdentityException">The request is malformed, forged or of another kind of key.</exception>
    public IssuedCertificate Issue(byte[] request, CertifiedName name, TimeSpan validity, DateTimeOffset now)
    {
        RequireOwnName(name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        var read = NodeRequest.Read(request);
        using var certificate = Sign(read.PublicKey, name, validity, now);
        return new IssuedCertificate(certificate.RawData, CertificateProfile.SerialOf(certificate), read.KeyHash, certificate.NotAfter);
    }

    /// <summary>The private key as PKCS#8, for custody only. The caller wipes it after use.</summary>
    public byte[] ExportKey() => _key.ExportPkcs8PrivateKey();

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private static X509Certificate2 LoadCertificate(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException e)
        {
            throw new IdentityException("The authority's certificate is malformed; restore it from another node.", e);
        }
    }

    private static X509Certificate2 SelfSign(ECDsa key, string clusterName, string clusterId, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName(clusterId);
        subject.AddCommonName($"pryvd cluster {clusterName}");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        CertificateProfile.AddForAuthority(request, clusterId);
        var signer = X509SignatureGenerator.CreateForECDsa(key);
        return request.Create(request.SubjectName, signer, now - Backdating, now.AddYears(ValidYears), NewSerial());
    }

    private X509Certificate2 Sign(PublicKey publicKey, CertifiedName name, TimeSpan validity, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName(name.ClusterId);
        subject.AddCommonName(name.NodeId);
        var request = new CertificateRequest(subject.Build(), publicKey, HashAlgorithmName.SHA256);
        CertificateProfile.AddForNode(request, name, Certificate);
        var end = new DateTimeOffset(Certificate.NotAfter);
        var notAfter = now + validity < end ? now + validity : end;
        return request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now - Backdating, notAfter, NewSerial());
    }

    private void RequireOwnName(CertifiedName name)
    {
        if (name.ClusterId != ClusterId)
        {
            throw new ArgumentException($"The authority of cluster {ClusterId} does not certify {name}.");
        }
    }

    // 16 random bytes; the two leading bits make it positive and of full length (RFC 5280, 4.1.2.2).
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }
}
