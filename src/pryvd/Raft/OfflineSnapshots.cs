using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using Pryvd.Cli;
using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Peers.Identity;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>
/// Snapshots without a daemon. A restore is made in a folder within the one that is wanted, which may be a mount point, and
/// moved up at the end, the identity last, so that there is all of it or nothing.
/// </summary>
public sealed class OfflineSnapshots(TimeProvider clock) : IOfflineSnapshots
{
    /// <summary>What a new ext4 disk holds.</summary>
    private const string LostAndFound = "lost+found";

    public Task<SnapshotFacts> Inspect(string file, CancellationToken stop) => Task.FromResult(Guard(() =>
    {
        var info = StateStore.VerifySnapshot(file);
        using var scratch = new Scratch(Path.GetTempPath());
        var state = Open(scratch.Path, file, out var store).State;
        store.Dispose();
        return new SnapshotFacts(
            (int)info.SchemaVersion, info.ClusterName, info.ClusterId, info.Epoch.Value, info.Position.Term.Value, info.Position.Index.Value,
            info.ClusterVersion, info.Digest, info.Bytes, state.Nodes.Count, state.Vars.Count);
    }));

    public Task<RestoredState> Restore(RestoreRequest request, CancellationToken stop) => Task.FromResult(Guard(() =>
    {
        var folder = DataFolder.Of(request.DataDir, request.IdentityDir);
        RequireEmpty(folder);
        DurableFile.CreateFolder(request.DataDir);
        using var scratch = new Scratch(request.DataDir);
        var (restored, identity) = Build(request, scratch.Path);
        using (identity)
        {
            scratch.MoveUp();

            // Last: without it the node is in no cluster, whatever a crash leaves of the rest.
            identity.Write(folder);
            scratch.Keep();
        }

        return restored;
    }));

    private (RestoredState State, RestoredIdentity Identity) Build(RestoreRequest request, string target)
    {
        var folder = DataFolder.Of(target, null);
        var view = Open(target, request.File, out var store);
        using (store)
        {
            var cluster = view.State.Cluster ?? throw new OfflineSnapshotException($"{request.File} holds no cluster yet; there is nothing to restore.");
            var node = FindNode(view.State, request.Node ?? Environment.MachineName);
            var address = request.Address is { } given
                ? (HostAndPort.Parse(given, DaemonOptions.DefaultPeerPort) ?? throw new OfflineSnapshotException($"'{given}' is no address; it is HOST:PORT.")).ToString()
                : node.Address;
            var identity = RestoredIdentity.Open(request.RecoveryKey, cluster, node, clock);
            var epoch = MakeLog(folder, store, cluster, node, address);
            var lost = view.State.Nodes.Living.Where(n => n.Id != node.Id).Select(n => n.Name).Order(StringComparer.Ordinal).ToList();
            return (new RestoredState(cluster.Name, node.Name, epoch.Value, store.Applied.Value, lost), identity);
        }
    }

    /// <summary>The log begins at the snapshot and goes on, in the next epoch, with this node alone.</summary>
    private static Epoch MakeLog(DataFolder folder, StateStore store, ClusterInfo cluster, Node node, string address)
    {
        var position = store.Position;
        var past = new LogIdentity(Guid.ParseExact(cluster.Id, "N"), MemberIds.New(), cluster.Epoch);
        var start = new LogBase(position, store.Configuration);
        using var log = DurableLog.Create(
            new LibcDisk(folder.LogPath), past, start, new HardState(position.Term, MemberId.None, position.Index), LogOptions.Default);
        var now = past with { Member = MemberIds.New(), Epoch = cluster.Epoch.Next() };
        var self = new Member(now.Member, node.Id.Value, address, MemberRole.Voter);
        log.Rebase(now, new HardState(position.Term.Next(), MemberId.None, position.Index), ConfigurationCodec.Encode(new Configuration([self], [])));
        return now.Epoch;
    }

    private static Node FindNode(ClusterState state, string name) => state.Nodes.FindLiving(name) ?? throw new OfflineSnapshotException(
        $"The snapshot knows no node {name}. Say with --name as which of its nodes this machine goes on: {string.Join(", ", state.Nodes.Living.Select(n => n.Name))}.");

    private static ReadView Open(string folder, string file, out StateStore store)
    {
        var copy = Path.Combine(folder, "snapshot.db");
        File.Copy(file, copy);
        store = StateStore.Open(folder);
        store.InstallSnapshot(copy);
        return store.Read();
    }

    private static void RequireEmpty(DataFolder folder)
    {
        if (Directory.Exists(folder.Path) && Directory.EnumerateFileSystemEntries(folder.Path).Any(e => Path.GetFileName(e) != LostAndFound))
        {
            throw new OfflineSnapshotException($"{folder.Path} is not empty. A snapshot is restored into an empty folder only; move what is there away.");
        }

        if (new IdentityFolder(folder.IdentityPath).Exists)
        {
            throw new OfflineSnapshotException($"{folder.IdentityPath} holds the identity of a node in a cluster. A snapshot is restored without one; move it away.");
        }
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is SnapshotException or StoreException or IdentityException or SealException or DiskException or IOException or UnauthorizedAccessException)
        {
            throw new OfflineSnapshotException(failure.Message, failure);
        }
    }
}
