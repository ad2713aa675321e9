namespace Pryvd.Agent.Artifacts;

/// <summary>
/// Room that artifacts leave on their disk. The log and the state of the node are on it, too, and a node that cannot write those stops: so
/// what would take the last of it is refused, and only that fails.
/// </summary>
/// <param name="folder">Where is written; on which disk that is, is looked up each time.</param>
internal sealed class SpareRoom(string folder)
{
    private const long Kept = 64L << 20;
    private const int LookEach = 4 << 20;

    private long _unseen;

    /// <exception cref="ArtifactException">So many bytes more would leave too little.</exception>
    public void Require(long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes + Kept)
        {
            throw new ArtifactException(
                $"No room for {Mebibytes(bytes)} MiB on the disk of {folder}: {Mebibytes(free)} MiB are free, and the last {Mebibytes(Kept)} MiB are left to the log and the state of this node. "
                + "Free some space there, or lower artifact_space_mb; it is tried again.");
        }
    }

    /// <summary>So many bytes are about to be written; a look at the disk comes now and then.</summary>
    /// <exception cref="ArtifactException">Too little is left.</exception>
    public void Take(int bytes)
    {
        _unseen += bytes;
        if (_unseen >= LookEach)
        {
            _unseen = 0;
            Require(bytes);
        }
    }

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
