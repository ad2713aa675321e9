using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Hosting.Trimming;
using Pryvd.Model;
using Pryvd.Store;
using Pryvd.Tests.Commands;
using Serilog.Core;

namespace Pryvd.Tests.Store;

/// <summary>A store that was filled and is quiet lets go of what only a busy one needs, and nobody can tell but by the memory.</summary>
public sealed class TrimTests : IDisposable
{
    private const int Vars = 20_000;
    private const int Batch = 500;

    private static readonly string Value = $"\"{new string('v', 254)}\"";

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_filled_store_lets_go_of_pages_and_blocks_once()
    {
        using var store = Filled();
        Assert.InRange(store.Trim(), 8L << 20, 128L << 20);
        Assert.InRange(store.Trim(), 0, 64 << 10);
    }

    [Fact]
    public void A_store_that_let_go_reads_writes_and_answers_as_before()
    {
        using var store = Filled();
        var digest = store.Digest;
        var next = store.Applied.Value + 1;
        var retried = Make.Set("cluster", "once", "1").With(Make.RequestId(1), next - 1);
        var reply = store.ApplyBatch([Make.Entry(next, retried)]).Replies[0];
        store.Trim();
        Assert.Equal(reply!.Versions, store.ApplyBatch([Make.Entry(next + 1, retried)]).Replies[0]!.Versions);
        Assert.NotEqual(digest, store.Digest);
        store.Trim();
        Assert.Equal(store.RecomputeDigest(), store.Digest);
        var view = store.Read();
        Assert.Equal(Vars + 1, view.State.Vars.Count);
        Assert.Equal(Value, view.State.Vars.Find(new VarName(VarScope.Cluster, "k/000000"))!.Json);
        Assert.Equal(["var/cluster/once"], view.NewestEvents("var/", 1).Events.Select(item => item.Subject));
        Assert.Equal(["1"], view.VarHistory(new VarName(VarScope.Cluster, "once")).Select(item => item.Json));
    }

    [Fact]
    public async Task Letting_go_beside_readers_a_writer_and_checkpoints_disturbs_none()
    {
        using var store = Filled();
        var first = store.Applied.Value;
        using var done = new CancellationTokenSource();
        Task[] others =
        [
            Repeated(done.Token, () => store.Trim()),
            Repeated(done.Token, () => store.Checkpoint()),
            Repeated(done.Token, () => Assert.Single(store.Read().VarHistory(new VarName(VarScope.Cluster, "k/000001")))),
        ];
        for (var index = first + 1; index <= first + 300; index++)
        {
            store.ApplyBatch([Make.Entry(index, Make.Set("cluster", $"m/{index % 7}", Value))]);
        }

        await done.CancelAsync();
        await Task.WhenAll(others);
        Assert.Equal(store.RecomputeDigest(), store.Digest);
        Assert.Equal(Vars + 7, store.Read().State.Vars.Count);
    }

    [Fact]
    public void A_closed_store_says_so()
    {
        var store = Filled();
        store.Dispose();
        Assert.Throws<StoreException>(() => store.Trim());
    }

    [Fact]
    public async Task The_edge_has_it_let_go_once_when_it_is_quiet_and_not_while_it_is_busy()
    {
        using var store = Filled();
        var released = new List<long>();
        await using var trimmer = new MemoryTrimmer(default, () => Kept(released, store.Trim()), Logger.None);
        Look(1, 200);
        Look(2, 400);
        Look(3, 400);
        Assert.Equal(0, trimmer.Trims);
        Look(4, 400);
        Assert.InRange(Assert.Single(released), 8L << 20, 128L << 20);
        for (var second = 5; second < 1_000; second++)
        {
            Look(second, 400);
        }

        Assert.Equal(1, trimmer.Trims);

        void Look(int second, long mebibytes) => trimmer.Look(new MemoryReading(TimeSpan.FromSeconds(second), mebibytes << 20));
    }

    private static long Kept(List<long> all, long one)
    {
        all.Add(one);
        return one;
    }

    /// <summary>On a thread of its own: other tests need those of the pool.</summary>
    private static Task Repeated(CancellationToken until, Action action) => Task.Factory.StartNew(
        () =>
        {
            do
            {
                action();
            }
            while (!until.IsCancellationRequested);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private StateStore Filled()
    {
        var store = StateStore.Open(folder.Path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        for (var first = 0; first < Vars; first += Batch)
        {
            var batch = Enumerable.Range(first, Batch).Select(number => Make.Write("cluster", $"k/{number:d6}", Value));
            var entry = Make.Entry(2 + (first / Batch), Make.Envelope(envelope => envelope.SetVars = new SetVars { Writes = { batch } }));
            Assert.Equal(Batch, store.ApplyBatch([entry]).Replies[0]!.Versions.Count);
        }

        store.Flush();
        return store;
    }
}
