using Google.Protobuf;
using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>A join token as the cluster keeps it: never its secret, only the hash of it.</summary>
public sealed record Token
{
    public required string Id { get; init; }

    public required ByteString Hash { get; init; }

    public required NodeRole Role { get; init; }

    public required long ExpiresMs { get; init; }

    public required Actor CreatedBy { get; init; }

    public required LogIndex Created { get; init; }

    public bool Revoked { get; init; }

    /// <summary>The node that used it; empty while nobody has.</summary>
    public NodeId UsedBy { get; init; } = new("");

    public string UsedByName { get; init; } = "";

    /// <summary>The hash of the key that it was used with: only that key may repeat the request.</summary>
    public ByteString UsedKeyHash { get; init; } = ByteString.Empty;

    public bool IsUsed => UsedBy.Value.Length > 0;

    /// <summary>usable, used, expired or revoked, as of a time in milliseconds since 1970-01-01 UTC.</summary>
    public string StateAt(long nowMs) =>
        IsUsed ? "used" : Revoked ? "revoked" : ExpiresMs <= nowMs ? "expired" : "usable";
}
