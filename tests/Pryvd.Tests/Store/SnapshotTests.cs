using Pryv.Consensus;
using Pryvd.Store;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>M2, S5, invariant 3: a snapshot is whole or refused, and taking one in survives a stop at any step.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly Folder source = new();
    private readonly Folder target = new();

    public void Dispose()
    {
        source.Dispose();
        target.Dispose();
    }

    [Fact]
    public void A_snapshot_says_what_it_is()
    {
        using var store = Filled(source, 50);
        var info = store.SaveSnapshot(target.File("s.db"), CancellationToken.None);
        Assert.Equal(info with { Configuration = default }, StateStore.InspectSnapshot(target.File("s.db")) with { Configuration = default });
        Assert.Equal((store.Position, "demo", store.Digest.Hex), (info.Position, info.ClusterName, info.Digest));
        Assert.Equal(store.Configuration.ToArray(), info.Configuration.ToArray());
        Assert.Equal(["s.db"], Directory.GetFiles(target.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_snapshot_is_of_one_index_while_writes_go_on()
    {
        using var store = Filled(source, 1);
        using var stop = new CancellationTokenSource();
        var index = 1L;
        var writing = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                index++;
                store.ApplyBatch([Make.Entry(index, Make.Set("cluster", "k" + (index % 300), index.ToString()))]);
            }
        });
        writing.Start();
        for (var i = 0; i < 8; i++)
        {
            store.SaveSnapshot(target.File("s.db"), CancellationToken.None);
            Assert.Equal(StateStore.InspectSnapshot(target.File("s.db")).Digest, StateStore.VerifySnapshot(target.File("s.db")).Digest);
        }

        stop.Cancel();
        Assert.True(writing.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(store.Digest, store.RecomputeDigest());
    }

    [Fact]
    public void An_installed_snapshot_is_the_state_and_goes_on_from_there()
    {
        using var store = Filled(source, 200);
        store.SaveSnapshot(target.File("received"), CancellationToken.None);
        using var other = StateStore.Open(target.Path);
        var before = other.Read();
        other.InstallSnapshot(target.File("received"));

        Assert.Equal(store.Digest, other.Digest);
        Assert.Equal(store.Configuration.ToArray(), other.Configuration.ToArray());
        Assert.Empty(before.EventsAfter(Pryvd.Model.EventPosition.Zero, "", 10).Events);
        Assert.NotEmpty(other.Read().EventsAfter(Pryvd.Model.EventPosition.Zero, "", 10).Events);
        var next = Make.Entry(201, Make.Set("cluster", "k", "1"));
        Assert.Equal(store.ApplyBatch([next]).Replies, other.ApplyBatch([next]).Replies);
        Assert.Equal(store.Digest, other.RecomputeDigest());
        Assert.Equal(["CURRENT", "state-200.db", "state-200.db-shm", "state-200.db-wal"], Directory.GetFiles(target.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_stop_after_any_step_of_installing_leaves_the_old_state_or_the_new()
    {
        using var store = Filled(source, 100);
        store.SaveSnapshot(target.File("received"), CancellationToken.None);
        var stops = new List<(InstallStep Step, Folder Left)>();
        var options = new StoreOptions { AfterStep = step => stops.Add((step, target.Copy())) };
        using var other = StateStore.Open(target.Path, options);
        other.ApplyBatch(RandomLog.Of(5, 20));
        var old = other.Digest;
        other.InstallSnapshot(target.File("received"));

        Assert.Equal(Enum.GetValues<InstallStep>(), stops.Select(stop => stop.Step));
        foreach (var (step, left) in stops)
        {
            using (left)
            using (var again = StateStore.Open(left.Path))
            {
                Assert.Equal(step < InstallStep.Switched ? old : store.Digest, again.Digest);
                Assert.Equal(again.Digest, again.RecomputeDigest());
                Assert.Single(Directory.GetFiles(left.Path, "state-*.db"));
            }
        }
    }

    [Fact]
    public void A_damaged_or_cut_snapshot_is_refused_and_nothing_changes()
    {
        using var store = Filled(source, 200);
        using var other = StateStore.Open(target.Path);
        var path = target.File("received");
        store.SaveSnapshot(path, CancellationToken.None);
        var whole = File.ReadAllBytes(path);
        var random = new Random(3);
        for (var i = 0; i < 60; i++)
        {
            var bad = whole.ToArray();
            bad[random.Next(100, bad.Length)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(path, i % 3 == 0 ? whole[..random.Next(whole.Length)] : bad);
            if (Refusal(other, path) is null)
            {
                // The byte was one that nothing reads (free space in a page), so the rows are what they were.
                Assert.Equal(store.Digest, other.RecomputeDigest());
                return;
            }

            Assert.Equal(LogIndex.Zero, other.Applied);
        }
    }

    [Fact]
    public void A_snapshot_that_would_take_back_what_is_applied_is_refused()
    {
        using var store = Filled(source, 30);
        store.SaveSnapshot(target.File("s.db"), CancellationToken.None);
        Assert.Contains("take back", Assert.Throws<SnapshotException>(() => store.InstallSnapshot(target.File("s.db"))).Message);
        Assert.Equal(new LogIndex(30), store.Applied);
    }

    [Fact]
    public void What_is_no_snapshot_is_said_to_be_none()
    {
        File.WriteAllText(target.File("text"), new string('x', 5_000));
        Assert.Throws<SnapshotException>(() => StateStore.InspectSnapshot(target.File("text")));
        Assert.Throws<SnapshotException>(() => StateStore.InspectSnapshot(target.File("absent")));
    }

    [Fact]
    public void A_snapshot_called_off_leaves_no_file()
    {
        using var store = Filled(source, 30);
        Assert.ThrowsAny<OperationCanceledException>(() => store.SaveSnapshot(target.File("s.db"), new CancellationToken(true)));
        Assert.Empty(Directory.GetFiles(target.Path));
    }

    private static StateStore Filled(Folder folder, int entries)
    {
        var store = StateStore.Open(folder.Path);
        store.ApplyBatch(RandomLog.Of(9, entries));
        return store;
    }

    private static SnapshotException? Refusal(StateStore store, string path)
    {
        try
        {
            store.InstallSnapshot(path);
            return null;
        }
        catch (SnapshotException refusal)
        {
            return refusal;
        }
    }
}
