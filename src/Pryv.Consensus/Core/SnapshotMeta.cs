using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Core;

/// <summary>What a snapshot stands for.</summary>
/// <param name="Position">The last entry that it contains.</param>
/// <param name="Configuration">The configuration in force there.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Id">Tells two snapshots of one position apart, so that pieces of different files are never joined.</param>
public sealed record SnapshotMeta(LogPosition Position, Configuration Configuration, long Size, long Id);
