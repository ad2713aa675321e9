namespace Pryvd.Raft;

/// <summary>Where things lie in the data folder (design: /var/lib/pryvd, 0700).</summary>
public sealed record DataFolder(string Path, string IdentityPath)
{
    public string LogPath => System.IO.Path.Combine(Path, "log");

    /// <summary>There in place of the log when this node observes; see <see cref="Observers.ObserverMark"/>.</summary>
    public string ObserverPath => System.IO.Path.Combine(Path, "observer");

    public string SnapshotsPath => System.IO.Path.Combine(Path, "snapshots");

    public string LocalPath => System.IO.Path.Combine(Path, "local.db");

    /// <summary>Addresses of peers, so that a node that lost everything else finds them; see <see cref="Peers.PeerBook"/>.</summary>
    public string PeersPath => System.IO.Path.Combine(IdentityPath, "peers.json");

    public static DataFolder Of(string path, string? identityPath) =>
        new(path, identityPath ?? System.IO.Path.Combine(path, "identity"));
}
