using Pryv.V1;
using Pryvd.Store;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Api;

/// <summary>Requirement S5: a copy of the cluster's state, taken while writes go on, is whole.</summary>
public sealed class SnapshotServiceTests(OneNode cluster) : IClassFixture<OneNode>
{
    private TestNode Node => cluster.Node;

    [Fact]
    public async Task A_snapshot_that_was_saved_under_writes_is_whole_and_has_all_that_was_acknowledged()
    {
        using var folder = new TemporaryFolder();
        var value = $"\"{new string('x', 100_000)}\"";
        for (var i = 0; i < 10; i++)
        {
            await Node.Vars.SetVarsAsync(Ask.Set("", $"s{i}", value), Ask.InTime);
        }

        var acknowledged = Node.Session.Store.Applied;
        using var call = Node.Snapshots.SaveSnapshot(new SaveSnapshotRequest(), Ask.InTime);
        var writing = WriteAsync(50);
        var path = folder.In("state.snapshot");
        await using (var file = File.Create(path))
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Within.Patience))
            {
                var chunk = call.ResponseStream.Current;
                Assert.Equal(file.Length, chunk.Offset);
                chunk.Data.WriteTo(file);
                Assert.InRange(file.Length, 1, chunk.Total);
            }
        }

        await writing;
        var info = StateStore.VerifySnapshot(path);
        Assert.True(info.Position.Index >= acknowledged);
        Assert.Equal(("demo", new FileInfo(path).Length), (info.ClusterName, info.Bytes));
        Assert.Empty(Directory.GetFiles(Node.Host.Folder.SnapshotsPath));
    }

    private async Task WriteAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Node.Vars.SetVarsAsync(Ask.Set("", "meanwhile", $"{i}"), Ask.InTime);
        }
    }
}
