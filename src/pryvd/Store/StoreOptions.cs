using Pryvd.Commands;

namespace Pryvd.Store;

/// <summary>What tests may set; production takes the defaults.</summary>
public sealed record StoreOptions
{
    /// <summary>For how many entries replies to requests are kept; the same on all nodes of a cluster.</summary>
    public long KeptRequests { get; init; } = Limits.KeptRequests;

    /// <summary>Bytes of rows after which a batch moves the write-ahead log into the database itself, so that it stays bounded.</summary>
    public long CheckpointBytes { get; init; } = 64L << 20;

    /// <summary>For how long rows wait at most for others that go to the disk with them.</summary>
    public TimeSpan PendingTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much memory rows may take that wait, and as much again those that are being written; whoever applies waits then.</summary>
    public long PendingBytes { get; init; } = 16L << 20;

    /// <summary>Called after each step in which rows get to the disk, so that a crash there can be tried.</summary>
    internal Action<WriteStep>? AfterWrite { get; init; }

    /// <summary>Called after each step of <see cref="StateStore.InstallSnapshot"/>, so that a crash there can be tried.</summary>
    internal Action<InstallStep>? AfterStep { get; init; }
}
