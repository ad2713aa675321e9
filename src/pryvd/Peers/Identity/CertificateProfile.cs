using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>What stands in the cluster's certificates, and how it is read back. RFC 5280 names the extensions.</summary>
internal static class CertificateProfile
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private const string EcPublicKey = "1.2.840.10045.2.1";

    // An extension of our own under 2.25 (an id from a UUID needs no registration): the authority's certificate, carried
    // in every node's. .NET leaves a self-signed root out of the handshake, and a joiner that knows nothing but the
    // root's fingerprint could not find the key that signed the certificate it is shown.
    private const string CarriedAuthority = "2.25.247413640178713098114236874226530942573";

    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    // The named curve P-256 as it stands in the key's parameters: OBJECT IDENTIFIER 1.2.840.10045.3.1.7.
    private static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    public static bool IsP256(PublicKey key) =>
        key.Oid.Value == EcPublicKey && key.EncodedParameters?.RawData.AsSpan().SequenceEqual(P256) == true;

    public static void AddForAuthority(CertificateRequest request, string clusterId)
    {
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        extensions.Add(AlternativeNames(CertifiedName.AuthorityUri(clusterId), null));
    }

    public static void AddForNode(CertificateRequest request, CertifiedName name, X509Certificate2 authority)
    {
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], false));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        extensions.Add(AlternativeNames(name.Uri, name.NodeId));
        extensions.Add(new X509Extension(CarriedAuthority, authority.RawData, false));
    }

    /// <summary>The URIs among the subject alternative names; none when there are no such names or they are malformed.</summary>
    public static IReadOnlyList<string> Uris(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        try
        {
            return names is null ? [] : ReadUris(names.RawData);
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    /// <summary>The serial number as the replicated state writes it: revocation compares text.</summary>
    public static string SerialOf(X509Certificate2 certificate) => certificate.SerialNumber.ToLowerInvariant();

    public static bool Allows(X509Certificate2 certificate, string use) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == use));

    /// <summary>The encoded authority that a node's certificate carries; null when it carries none.</summary>
    public static byte[]? CarriedAuthorityOf(X509Certificate2 certificate) =>
        certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == CarriedAuthority)?.RawData;

    private static X509Extension AlternativeNames(string uri, string? dnsName)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        if (dnsName is not null)
        {
            names.AddDnsName(dnsName);
        }

        return names.Build();
    }

    private static List<string> ReadUris(byte[] encoded)
    {
        var uris = new List<string>();
        var names = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(UriTag))
            {
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uris;
    }
}
