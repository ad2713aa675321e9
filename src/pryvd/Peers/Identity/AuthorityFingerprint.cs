using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>SHA-256 of an authority's certificate: what a joiner knows of a cluster before it has spoken to it.</summary>
public sealed class AuthorityFingerprint : IEquatable<AuthorityFingerprint>
{
    private const int Length = 32;

    private readonly byte[] _bytes;

    private AuthorityFingerprint(byte[] bytes) => _bytes = bytes;

    public static AuthorityFingerprint Of(X509Certificate2 authority) => OfEncoded(authority.RawData);

    public static AuthorityFingerprint OfEncoded(ReadOnlySpan<byte> der) => new(SHA256.HashData(der));

    /// <summary>Reads the form that <see cref="ToString"/> writes; null when it is anything else.</summary>
    public static AuthorityFingerprint? Parse(ReadOnlySpan<char> text)
    {
        var decoded = new byte[Length];
        var whole = Base64Url.IsValid(text, out var length) && length == Length;
        return whole && Base64Url.TryDecodeFromChars(text, decoded, out _) ? new AuthorityFingerprint(decoded) : null;
    }

    public bool Equals(AuthorityFingerprint? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public override bool Equals(object? obj) => Equals(obj as AuthorityFingerprint);

    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>43 characters of URL-safe base64.</summary>
    public override string ToString() => Base64Url.EncodeToString(_bytes);
}
