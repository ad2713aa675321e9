using Google.Protobuf;
using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>What the cluster is: one record, made by its first command.</summary>
public sealed record ClusterInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>The version of the command set that all members understand; it only goes up.</summary>
    public required uint ClusterVersion { get; init; }

    public required ByteString AuthorityCertificate { get; init; }

    /// <summary>The authority's and the sealing key, wrapped for the operator's recovery key.</summary>
    public required ByteString WrappedKeys { get; init; }

    public required ByteString RecoveryPublicKey { get; init; }

    /// <summary>
    /// The longest dead timeout that was in force before it was lowered, in milliseconds, while leases of that length may be held and nodes may
    /// report at that pace; 0 when there is none. A later leader must know of it, too.
    /// </summary>
    public int FormerDeadTimeoutMs { get; init; }
}
