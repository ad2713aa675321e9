using Pryvd.Commands;

namespace Pryvd.Store;

/// <summary>What tests may set; production takes the defaults.</summary>
public sealed record StoreOptions
{
    /// <summary>For how many entries replies to requests are kept; the same on all nodes of a cluster.</summary>
    public long KeptRequests { get; init; } = Limits.KeptRequests;

    /// <summary>Bytes of rows after which a batch moves the write-ahead log into the database itself, so that it stays bounded.</summary>
    public long CheckpointBytes { get; init; } = 64L << 20;

    /// <summary>Called after each step of <see cref="StateStore.InstallSnapshot"/>, so that a crash there can be tried.</summary>
    internal Action<InstallStep>? AfterStep { get; init; }
}
