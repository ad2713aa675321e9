using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pryvd.Peers.Identity;

/// <summary>
/// What admits one node: pryvd1.ID.SECRET.FINGERPRINT.CHECK. The fingerprint lets the joiner know the cluster before it
/// shows the secret; the check tells a typing error from a token that is wrong. <see cref="ToString"/> hides the secret.
/// </summary>
public sealed class JoinToken
{
    private const string Prefix = "pryvd1";
    private const string IdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int IdLength = 10;
    private const int SecretBytes = 24;
    private const int SecretLength = 32;
    private const int FingerprintLength = 43;
    private const int CheckLength = 8;
    private const int MaxLength = 256;

    // Of a token that lost its dots, no more than this may come back in a message.
    private const int ShownLength = 8;

    private readonly string _secret;

    private JoinToken(string id, string secret, AuthorityFingerprint authority)
    {
        Id = id;
        _secret = secret;
        Authority = authority;
    }

    private static ReadOnlySpan<byte> Info => "pryvd join token of a request v1"u8;

    /// <summary>The public name of the token, 10 characters.</summary>
    public string Id { get; }

    public AuthorityFingerprint Authority { get; }

    public static JoinToken Create(AuthorityFingerprint authority) => new(
        RandomNumberGenerator.GetString(IdAlphabet, IdLength),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)),
        authority);

    /// <summary>The token of one request: whoever of the voters answers its retry makes the same one again.</summary>
    /// <param name="clusterKey">The cluster's sealing key; without it nothing of the token can be told from the request id.</param>
    /// <param name="requestId">Random, so each request has a token of its own.</param>
    public static JoinToken Derive(AuthorityFingerprint authority, ReadOnlySpan<byte> clusterKey, string requestId)
    {
        var bytes = new Derivation(clusterKey, Encoding.ASCII.GetBytes(requestId), Info).Derive(IdLength + SecretBytes);

        // The alphabet has 32 characters, so every remainder is as likely as any other.
        var id = Array.ConvertAll(bytes[..IdLength], b => IdAlphabet[b % IdAlphabet.Length]);
        return new JoinToken(new string(id), Base64Url.EncodeToString(bytes.AsSpan(IdLength)), authority);
    }

    /// <summary>Reads a token; blanks around it are forgiven.</summary>
    /// <exception cref="IdentityException">It is truncated, mistyped or of another version; the message says which.</exception>
    public static JoinToken Parse(string text)
    {
        var trimmed = text.Trim();
        var parts = trimmed.Split('.');
        if (Problem(trimmed, parts) is { } problem)
        {
            throw new IdentityException(problem);
        }

        var authority = AuthorityFingerprint.Parse(parts[3])
            ?? throw new IdentityException("The join token's authority fingerprint is malformed; ask for a new token.");
        return new JoinToken(parts[1], parts[2], authority);
    }

    /// <summary>The whole token, for the operator alone.</summary>
    public string Reveal()
    {
        var body = $"{Prefix}.{Id}.{_secret}.{Authority}";
        return $"{body}.{CheckOf(body)}";
    }

    /// <summary>What the cluster keeps of the secret: it cannot be turned back, and holds for this id only.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes($"pryvd join token v1\0{Id}\0{_secret}"));

    /// <summary>Whether this is the token that was stored, in a time that tells nothing of it.</summary>
    public bool Matches(ReadOnlySpan<byte> storedHash) => CryptographicOperations.FixedTimeEquals(Hash(), storedHash);

    public override string ToString() => $"{Prefix}.{Id}.***";

    private static string? Problem(string text, string[] parts) => text switch
    {
        "" => "The join token is empty.",
        { Length: > MaxLength } => $"The join token has {text.Length} characters; a token has at most {MaxLength}.",
        _ when parts[0] != Prefix => PrefixProblem(parts[0]),
        _ when !text.All(IsTokenCharacter) => "The join token has characters that no token has; copy it again, on one line.",
        _ when !HasShape(parts) => "The join token is cut off or has parts missing; copy it again, to the last character.",
        _ when parts[4] != CheckOf(text[..^(CheckLength + 1)]) => "The join token was mistyped (its check does not hold); copy it again.",
        _ => null,
    };

    private static string PrefixProblem(string prefix) =>
        prefix.StartsWith("pryvd", StringComparison.Ordinal)
            ? $"The join token is of the kind '{Bounded(prefix)}', this build reads '{Prefix}'; run the same version as the cluster."
            : $"This is not a join token: a token begins with '{Prefix}.'.";

    private static string Bounded(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";

    private static bool HasShape(string[] parts) =>
        parts.Length == 5 && parts[1].Length == IdLength && parts[2].Length == SecretLength
        && parts[3].Length == FingerprintLength && parts[4].Length == CheckLength;

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static string CheckOf(string body)
    {
        var crc = 0u;
        foreach (var c in body)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, (byte)c);
        }

        return crc.ToString("x8", CultureInfo.InvariantCulture);
    }
}
