using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Store;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>Invariant 4: the same log gives the same rows, however it is cut into batches, and whoever restarts in between.</summary>
public sealed class DeterminismTests
{
    private static readonly StoreOptions FewRequests = new() { KeptRequests = 40, CheckpointBytes = 100_000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_same_log_gives_the_same_digest_in_any_batches_and_over_restarts(int seed)
    {
        var log = RandomLog.Of(seed, 600);
        using var whole = new Folder();
        using var pieces = new Folder();
        using var store = StateStore.Open(whole.Path, FewRequests);
        var replies = store.ApplyBatch(log).Replies;

        Assert.InRange(replies.Count(reply => reply?.Code == "ok"), log.Count / 4, log.Count * 3 / 4);
        var random = new Random(seed);
        for (var done = 0; done < log.Count;)
        {
            using var other = StateStore.Open(pieces.Path, FewRequests);
            for (var batch = 0; batch < 5 && done < log.Count; batch++)
            {
                var count = Math.Min(random.Next(1, 20), log.Count - done);
                Assert.Equal(replies.Skip(done).Take(count), other.ApplyBatch(log.GetRange(done, count)).Replies);
                done += count;
            }
        }

        using var again = StateStore.Open(pieces.Path, FewRequests);
        Assert.Equal(store.Digest, again.Digest);
        Assert.Equal(store.Digest, store.RecomputeDigest());
    }

    /// <summary>What variables count decides what is refused, so it may not depend on who has started again.</summary>
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Variables_are_and_count_after_a_restart_what_they_did_before(int seed)
    {
        var random = new Random(seed);
        string[] scopes = ["cluster", "node/a", "node/a-b", "group/a", "component/z"];
        using var folder = new Folder();
        using var store = StateStore.Open(folder.Path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap()), .. Enumerable.Range(2, 4_000).Select(index => Make.Entry(index, Next()))]);
        var before = store.Read().State.Vars;
        store.Checkpoint();

        using var copy = new Folder();
        store.SaveSnapshot(copy.File("snapshot"), CancellationToken.None);
        using var other = StateStore.Open(copy.Path);
        other.InstallSnapshot(copy.File("snapshot"));
        var after = other.Read().State.Vars;

        Assert.InRange(before.DeletedCount, 100, 2_000);
        Assert.Equal((before.Count, before.Size, before.DeletedCount), (after.Count, after.Size, after.DeletedCount));
        Assert.Equal(before.OldestDeleted, after.OldestDeleted);
        Assert.Equal(before.All(), after.All());

        CommandEnvelope Next()
        {
            var (scope, key) = (scopes[random.Next(scopes.Length)], $"k{random.Next(600)}");
            return random.Next(4) switch
            {
                0 => Make.Delete(scope, key),
                1 => Make.Envelope(envelope => envelope.SetVars = new SetVars
                {
                    Writes = { new VarWrite { Scope = scope, Key = key, Sealed = ByteString.CopyFrom(new byte[random.Next(1, 50)]) } },
                }),
                _ => Make.Set(scope, key, $"\"ä{new string('x', random.Next(300))}\""),
            };
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void The_store_does_what_a_dictionary_does(int seed)
    {
        var dumb = new MemoryRecords(FewRequests.KeptRequests);
        using var folder = new Folder();
        using var store = StateStore.Open(folder.Path, FewRequests);
        foreach (var entry in RandomLog.Of(seed, 300))
        {
            var reply = store.ApplyBatch([entry]).Replies[0];
            if (entry.Kind == EntryKind.Command)
            {
                Assert.Equal(dumb.Apply(Pryvd.Commands.EntryCommand.Decode(entry.Index, entry.Data.Span)), reply);
            }
        }

        var view = store.Read();
        Assert.Equal(dumb.Events, view.EventsAfter(Pryvd.Model.EventPosition.Zero, "", 1_000).Events);
        Assert.Equal(dumb.State.Vars.All(), view.State.Vars.All());
        Assert.Equal(dumb.State.Nodes.Living, view.State.Nodes.Living);
    }
}
