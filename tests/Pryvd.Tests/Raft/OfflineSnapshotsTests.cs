using Pryvd.Cli;
using Pryvd.Peers.Identity;
using Pryvd.Raft;
using Pryvd.Tests.Api;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Raft;

/// <summary>S5: a snapshot is restored whole or not at all, wherever data and identity lie.</summary>
public sealed class OfflineSnapshotsTests(OneNode cluster) : IClassFixture<OneNode>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.In("data");

    private string Snapshot
    {
        get
        {
            var path = _folder.In("state.snapshot");
            cluster.Node.Session.Store.SaveSnapshot(path, CancellationToken.None);
            return path;
        }
    }

    private string Key => File.ReadAllText(Path.Combine(cluster.Node.Host.Folder.Path, "recovery.key"));

    [Fact]
    public async Task S5_the_identity_goes_where_the_daemon_looks_for_it()
    {
        var restored = await RestoreAsync(_folder.In("elsewhere/identity"), Key);
        Assert.Equal(2, restored.Epoch);
        Assert.False(Directory.Exists(Path.Combine(Data, "identity")));
        Assert.Equal("demo", new IdentityFolder(_folder.In("elsewhere/identity")).Load().Cluster.ClusterName);
        Assert.True(new IdentityFolder(_folder.In("elsewhere/identity")).Custody.Exists);
    }

    /// <summary>A disk of its own cannot be renamed over, and a new one is not quite empty.</summary>
    [Fact]
    public async Task S5_a_folder_that_stays_the_same_is_filled_and_what_a_new_disk_holds_does_not_count()
    {
        Directory.CreateDirectory(Path.Combine(Data, "lost+found"));
        await RestoreAsync(null, Key);
        Assert.True(Directory.Exists(Path.Combine(Data, "lost+found")));
        Assert.Equal("demo", new IdentityFolder(Path.Combine(Data, "identity")).Load().Cluster.ClusterName);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Data), e => Path.GetFileName(e).StartsWith(".pryvd-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S5_a_wrong_key_leaves_an_empty_folder()
    {
        using var other = RecoveryKey.Create();
        await Assert.ThrowsAsync<OfflineSnapshotException>(() => RestoreAsync(null, other.Write("demo", "c1")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Data));
    }

    [Fact]
    public async Task S5_an_identity_that_is_there_is_not_replaced()
    {
        await RestoreAsync(null, Key);
        var identity = Path.Combine(Data, "identity");
        var before = File.ReadAllBytes(Path.Combine(identity, "node.crt"));
        var failure = await Assert.ThrowsAsync<OfflineSnapshotException>(() => new OfflineSnapshots(TimeProvider.System)
            .Restore(new RestoreRequest(Snapshot, _folder.In("other"), identity, Key, "n1", null), CancellationToken.None));
        Assert.Contains("identity", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(identity, "node.crt")));
    }

    public void Dispose() => _folder.Dispose();

    private Task<RestoredState> RestoreAsync(string? identity, string key) => new OfflineSnapshots(TimeProvider.System)
        .Restore(new RestoreRequest(Snapshot, Data, identity, key, "n1", null), CancellationToken.None);
}
