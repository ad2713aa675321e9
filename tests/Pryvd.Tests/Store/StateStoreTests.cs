using Pryv.Consensus;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Store;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>M3, invariants 2 and 4: what a batch wrote is there, at one index, and equal on all nodes.</summary>
public sealed class StateStoreTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_applied_is_there_after_opening_again()
    {
        using (var store = StateStore.Open(folder.Path))
        {
            store.ApplyBatch([Make.Entry(1, Make.Bootstrap()), Make.Entry(2, Make.Set("node/n1", "port", " 80 "))]);
        }

        using var again = StateStore.Open(folder.Path);
        var view = again.Read();
        Assert.Equal(new LogIndex(2), view.Position.Index);
        Assert.Equal("demo", view.State.Cluster!.Name);
        Assert.Equal("80", view.State.Vars.Find(new VarName(VarScope.OfNode("n1"), "port"))!.Json);
        Assert.Equal(Make.StartMs, view.State.TimeMs);
    }

    [Fact]
    public void Who_waits_for_what_runs_is_not_woken_by_variables()
    {
        using var store = StateStore.Open(folder.Path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        var moved = store.RunningMoved;
        store.ApplyBatch([Make.Entry(2, Make.Set("cluster", "port", "80"))]);
        Assert.False(moved.IsCompleted);

        store.ApplyBatch([Make.Entry(3, Make.State("n1", "ready", "unreachable"))]);
        Assert.True(moved.IsCompleted);
        moved = store.RunningMoved;
        store.Dispose();
        Assert.True(moved.IsCompleted);
    }

    [Fact]
    public void Noops_and_configurations_only_advance_the_index()
    {
        using var store = StateStore.Open(folder.Path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        var digest = store.Digest.Hex;
        var result = store.ApplyBatch([
            new Entry(new LogIndex(2), new Term(2), EntryKind.Noop, default),
            new Entry(new LogIndex(3), new Term(2), EntryKind.Configuration, new byte[] { 1, 2, 3 })]);

        Assert.Equal([null, null], result.Replies);
        Assert.Equal(new StateDigest(new LogIndex(3), digest), store.Digest);
        Assert.Equal(new Term(2), store.Position.Term);
        Assert.Equal([1, 2, 3], store.Configuration.ToArray());
    }

    [Fact]
    public void The_configuration_that_the_log_began_with_holds_until_an_entry_changes_it()
    {
        using (var store = StateStore.Open(folder.Path))
        {
            store.BeginWith(new byte[] { 1 });
            store.BeginWith(new byte[] { 2 });
            store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        }

        using var again = StateStore.Open(folder.Path);
        Assert.Equal([1], again.Configuration.ToArray());
        again.ApplyBatch([new Entry(new LogIndex(2), new Term(1), EntryKind.Configuration, new byte[] { 3 })]);
        again.BeginWith(new byte[] { 4 });
        Assert.Equal([3], again.Configuration.ToArray());
    }

    [Fact]
    public void What_a_crash_left_of_making_the_first_database_is_made_anew()
    {
        File.WriteAllText(folder.File("state-new.tmp"), "half");
        File.WriteAllText(folder.File("CURRENT.tmp"), "half");
        using var store = StateStore.Open(folder.Path);
        Assert.Equal(LogIndex.Zero, store.Applied);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.Contains(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_gap_is_refused_and_nothing_is_lost()
    {
        using var store = StateStore.Open(folder.Path);
        Assert.Throws<InvalidOperationException>(() => store.ApplyBatch([Make.Entry(2, Make.Bootstrap())]));
        Assert.Equal("ok", store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]).Replies[0]!.Code);
    }

    [Fact]
    public void A_newer_command_stops_the_node_before_it_and_harms_nothing()
    {
        using var store = StateStore.Open(folder.Path);
        var newer = Make.Set("cluster", "b", "2");
        newer.Version = CommandVersions.Known + 1;
        var result = store.ApplyBatch([
            Make.Entry(1, Make.Bootstrap()), Make.Entry(2, Make.Set("cluster", "a", "1")), Make.Entry(3, newer), Make.Entry(4, Make.Set("cluster", "c", "3"))]);

        Assert.Equal(2, result.Replies.Count);
        Assert.Equal(new NewerCommand(new LogIndex(3), CommandVersions.Known + 1), result.Stopped);
        Assert.Contains("newer version", result.Stopped!.ToString());
        Assert.Equal(new LogIndex(2), store.Applied);
        Assert.Equal(store.Digest, store.RecomputeDigest());
    }

    [Fact]
    public void Bytes_that_are_no_command_are_answered_alike_everywhere()
    {
        using var other = new Folder();
        using var one = StateStore.Open(folder.Path);
        using var two = StateStore.Open(other.Path);
        var random = new Random(7);
        var log = new List<Entry> { Make.Entry(1, Make.Bootstrap()) };
        for (var index = 2; index < 300; index++)
        {
            var data = new byte[random.Next(0, 60)];
            random.NextBytes(data);
            // A first byte of 0xff is never the tag of a small field, so that no random version stops the node.
            log.Add(Make.Raw(index, [0xff, .. data]));
        }

        log.Add(Make.Raw(300, []));
        log.Add(Make.Raw(301, new byte[Limits.CommandBytes + 1]));
        var replies = one.ApplyBatch(log).Replies;
        Assert.All(replies.Skip(1), reply => Assert.Equal(ReplyCodes.Invalid, reply!.Code));
        log.ForEach(entry => two.ApplyBatch([entry]));
        Assert.Equal(one.Digest, two.Digest);
    }

    [Fact]
    public async Task Who_waits_for_an_index_wakes_when_it_is_applied()
    {
        using var store = StateStore.Open(folder.Path);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var waiting = Enumerable.Range(0, 50).Select(_ => store.WaitAppliedAsync(new LogIndex(2), deadline.Token)).ToList();
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        store.ApplyBatch([Make.Entry(2, Make.Set("cluster", "a", "1"))]);
        Assert.All(await Task.WhenAll(waiting), index => Assert.Equal(new LogIndex(2), index));
    }

    [Fact]
    public async Task Who_waits_learns_that_the_store_is_gone()
    {
        var store = StateStore.Open(folder.Path);
        var waiting = store.WaitAppliedAsync(new LogIndex(1), CancellationToken.None);
        store.Dispose();
        await Assert.ThrowsAsync<StoreException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Throws<StoreException>(() => store.Read());
    }

    [Fact]
    public void A_checkpoint_says_how_far_the_file_itself_is_durable()
    {
        using var store = StateStore.Open(folder.Path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap()), Make.Entry(2, Make.Set("cluster", "a", "1"))]);
        Assert.Equal(new LogIndex(2), store.Checkpoint());

        using var withoutJournal = new Folder();
        foreach (var file in new[] { "CURRENT", "state-0.db" })
        {
            File.Copy(folder.File(file), withoutJournal.File(file));
        }

        using var again = StateStore.Open(withoutJournal.Path);
        Assert.Equal(store.Digest, again.RecomputeDigest());
    }
}
