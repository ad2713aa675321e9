namespace Pryvd.Cli;

/// <summary>What the CLI does with snapshots while no daemon runs. Both throw <see cref="OfflineSnapshotException"/>.</summary>
public interface IOfflineSnapshots
{
    /// <summary>Reads a snapshot to its end and checks it.</summary>
    Task<SnapshotFacts> Inspect(string file, CancellationToken stop);

    /// <summary>Makes a snapshot the state of a new epoch in an empty data folder.</summary>
    Task<RestoredState> Restore(RestoreRequest request, CancellationToken stop);
}
