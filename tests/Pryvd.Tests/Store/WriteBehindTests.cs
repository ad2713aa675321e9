using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Store;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>M3, invariants 2 to 5: rows reach the disk later than their entries are seen, and nobody can tell but by the disk.</summary>
public sealed class WriteBehindTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly StoreOptions Slow = new() { KeptRequests = 40, PendingTime = TimeSpan.FromDays(1) };

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_crash_at_any_step_is_made_good_by_the_log(int seed)
    {
        var log = RandomLog.Of(seed, 300);
        var random = new Random(seed);
        var crashes = 0;
        var options = Slow with
        {
            CheckpointBytes = 20_000,
            AfterWrite = _ =>
            {
                using var crashed = folder.Copy();
                CatchUp(crashed, log);
                crashes++;
            },
        };
        using var store = StateStore.Open(folder.Path, options);
        for (var done = 0; done < log.Count;)
        {
            var count = Math.Min(random.Next(1, 40), log.Count - done);
            store.ApplyBatch(log.GetRange(done, count));
            done += count;
            if (random.Next(3) == 0)
            {
                store.Flush();
            }
        }

        store.Checkpoint();
        Assert.InRange(crashes, 10, int.MaxValue);
        Assert.Equal(Whole(log), store.Digest);
        Assert.Equal(store.Digest, store.RecomputeDigest());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Flushes_at_any_place_change_no_row_and_no_reply(int seed)
    {
        var log = RandomLog.Of(seed, 400);
        using var once = new Folder();
        using var whole = StateStore.Open(once.Path, Slow);
        using var store = StateStore.Open(folder.Path, Slow);
        var random = new Random(seed);
        foreach (var entry in log)
        {
            Assert.Equal(whole.ApplyBatch([entry]).Replies, store.ApplyBatch([entry]).Replies);
            if (random.Next(4) == 0)
            {
                store.Flush();
            }
        }

        Assert.Equal(whole.Digest, store.Digest);
        Assert.Equal(store.Digest, store.RecomputeDigest());
    }

    [Fact]
    public void What_waits_for_the_disk_is_read_all_the_same()
    {
        var written = 0;
        using var store = Filled(Slow with { AfterWrite = _ => written++ });
        var view = store.Read();
        Assert.Equal(["3", "2"], Enumerable.Reverse(view.EventsAfter(EventPosition.Zero, "var/", 10).Events).Take(2).Select(item => item.New));
        Assert.Equal(["2", "3"], view.NewestEvents("var/", 2).Events.Select(item => item.New));
        Assert.Equal(5, view.EventsAfter(EventPosition.Zero, "", 10).Events.Count);
        Assert.Equal(0, written);

        Assert.Equal(["3", "2", "1"], view.VarHistory(new VarName(VarScope.Cluster, "k")).Select(item => item.Json));
        Assert.NotEqual(0, written);
    }

    [Fact]
    public void Events_on_disk_and_in_memory_are_one_row_of_events()
    {
        using var store = Filled(Slow);
        var seen = new List<Event>();
        for (var index = 5; index < 60; index++)
        {
            store.ApplyBatch([Make.Entry(index, Make.Set("cluster", "k", $"{index}"))]);
            if (index % 7 == 0)
            {
                store.Flush();
            }

            var view = store.Read();
            seen.AddRange(view.EventsAfter(seen.Count == 0 ? EventPosition.Zero : seen[^1].Position, "", index % 3).Events);
            Assert.Equal(index + 1, view.NewestEvents("", 1_000).Events.Count);
        }

        seen.AddRange(store.Read().EventsAfter(seen[^1].Position, "", 1_000).Events);
        Assert.Equal(store.Read().EventsAfter(EventPosition.Zero, "", 1_000).Events, seen);
        Assert.Equal([1, .. Enumerable.Range(1, 59)], seen.Select(item => (int)item.Position.Index.Value));
    }

    [Fact]
    public void A_page_that_ends_within_an_entry_is_gone_on_from_when_the_entry_is_on_disk()
    {
        using var store = StateStore.Open(folder.Path, Slow);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        var first = store.Read().EventsAfter(EventPosition.Zero, "", 1);
        store.Flush();
        store.ApplyBatch([Make.Entry(2, Make.Set("cluster", "k", "1"))]);
        Assert.Equal(["1:1:2", "1:2:1"], store.Read().EventsAfter(first.Next, "", 10).Events.Select(item => item.Position.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_request_is_applied_once_wherever_its_reply_is(bool onDisk)
    {
        using var store = Filled(Slow);
        var command = Make.Set("cluster", "once", "1").With(Make.RequestId(1), 4);
        var first = store.ApplyBatch([Make.Entry(5, command)]).Replies[0];
        for (var index = 6; index < 9; index++)
        {
            if (onDisk)
            {
                store.Flush();
            }

            Assert.Equal(first, store.ApplyBatch([Make.Entry(index, command)]).Replies[0]);
            store.ApplyBatch([Make.Entry(++index, Make.Set("cluster", "k", "1"))]);
        }
    }

    [Fact]
    public async Task Whoever_applies_waits_while_the_disk_is_too_far_behind()
    {
        using var written = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        var options = Slow with { PendingBytes = 1, AfterWrite = HoldUp };
        using var store = StateStore.Open(folder.Path, options);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        Assert.True(await begun.WaitAsync(Deadline));
        var applying = Task.Run(() =>
        {
            for (var index = 2; index < 6; index++)
            {
                store.ApplyBatch([Make.Entry(index, Make.Set("cluster", "k", $"{index}"))]);
            }
        });
        Assert.True(SpinWait.SpinUntil(() => store.Applied >= new LogIndex(2), Deadline));
        Assert.False(applying.IsCompleted);
        Assert.InRange(store.Applied.Value, 2, 3);

        written.Release(100);
        await applying.WaitAsync(Deadline);
        Assert.Equal(new LogIndex(5), store.Digest.Index);

        void HoldUp(WriteStep step)
        {
            if (step == WriteStep.Begun)
            {
                begun.Release();
                written.Wait(Deadline);
            }
        }
    }

    [Fact]
    public async Task Rows_that_cannot_be_written_end_the_store()
    {
        using var store = Filled(Slow with { AfterWrite = _ => throw new IOException("the disk is gone") });
        Assert.Contains("the disk is gone", Assert.Throws<StoreException>(store.Flush).Message);
        Assert.Contains("the disk is gone", (await store.Failed.WaitAsync(Deadline)).Message);
        Assert.Throws<StoreException>(() => store.Read());
        Assert.Throws<StoreException>(() => store.ApplyBatch([Make.Entry(5, Make.Set("cluster", "k", "4"))]));
    }

    [Fact]
    public void Rows_do_not_wait_for_ever()
    {
        using var committed = new ManualResetEventSlim();
        using var store = Filled(new StoreOptions { PendingTime = TimeSpan.FromMilliseconds(1), AfterWrite = step => Tell(committed, step) });
        Assert.True(committed.Wait(Deadline));
    }

    private static void Tell(ManualResetEventSlim committed, WriteStep step)
    {
        if (step == WriteStep.Committed)
        {
            committed.Set();
        }
    }

    private static void CatchUp(Folder crashed, List<Entry> log)
    {
        using var again = StateStore.Open(crashed.Path, Slow);
        again.ApplyBatch(log[(int)again.Applied.Value..]);
        Assert.Equal(Whole(log), again.Digest);
        Assert.Equal(again.Digest, again.RecomputeDigest());
    }

    private static StateDigest Whole(List<Entry> log)
    {
        using var folder = new Folder();
        using var store = StateStore.Open(folder.Path, Slow);
        store.ApplyBatch(log);
        return store.Digest;
    }

    private StateStore Filled(StoreOptions options)
    {
        var store = StateStore.Open(folder.Path, options);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap()), .. Enumerable.Range(2, 3).Select(index => Make.Entry(index, Make.Set("cluster", "k", $"{index - 1}")))]);
        return store;
    }
}
