using Google.Protobuf;
using Pryv.V1;
using Pryvd.Cli;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>S5: a saved snapshot is there whole or not at all, and never in the place of another.</summary>
public sealed class SnapshotVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_snapshot_is_saved_whole_and_readable_by_its_owner_alone()
    {
        await using var daemon = await Sending((0, 3, "abc"), (3, 5, "de"));
        var run = await CliRun.Of(daemon, "snapshot", "save", File_);
        Assert.Equal((ExitCode.Done, "abcde"), (run.ExitCode, await File.ReadAllTextAsync(File_)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File_));
        Assert.Equal([File_], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(0, 9, "cut off")]
    [InlineData(1, 3, "has a gap")]
    public async Task A_snapshot_that_is_cut_off_or_has_a_gap_leaves_no_file(long offset, long total, string said)
    {
        await using var daemon = await Sending((offset, total, "abc"));
        var run = await CliRun.Of(daemon, "snapshot", "save", File_);
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains(said, run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task An_existing_file_is_kept_unless_told_otherwise()
    {
        await File.WriteAllTextAsync(File_, "old");
        await using var daemon = await Sending((0, 3, "new"));
        Assert.Equal(ExitCode.Conflict, (await CliRun.Of(daemon, "snapshot", "save", File_)).ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(File_));
        Assert.Empty(daemon.Requests);
        Assert.Equal(ExitCode.Done, (await CliRun.Of(daemon, "snapshot", "save", File_, "--yes")).ExitCode);
        Assert.Equal("new", await File.ReadAllTextAsync(File_));
    }

    [Fact]
    public async Task A_daemon_that_falls_silent_does_not_hold_it_for_ever()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<SaveSnapshotRequest>((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        var run = await CliRun.Of(daemon, "snapshot", "save", File_, "--timeout", "200ms");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("stopped sending", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_says_what_is_in_it()
    {
        await File.WriteAllTextAsync(File_, "x");
        var run = await CliRun.Of(null, "snapshot", "inspect", File_);
        Assert.Contains("40 (term 3, epoch 2)", run.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await CliRun.Of(null, "snapshot", "inspect", _folder.In("none"))).ExitCode);
    }

    [Fact]
    public async Task Restore_takes_the_key_from_a_file_and_names_who_must_join_again()
    {
        await File.WriteAllTextAsync(_folder.In("key"), "the-key\n");
        var run = new CliRun(null);
        var exit = await run.Go(["snapshot", "restore", File_, "--data-dir", _folder.In("data"), "--recovery-key", _folder.In("key"), "--name", "n1", "--yes"]);
        Assert.Equal((ExitCode.Done, ""), (exit, run.Error.ToString()));
        Assert.Equal(new RestoreRequest(File_, _folder.In("data"), null, "the-key", "n1", null), Assert.Single(run.Snapshots.Restored));
        Assert.Contains("n2, n3", run.Out.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string File_ => _folder.In("state.snapshot");

    private static async Task<FakeDaemon> Sending(params (long Offset, long Total, string Text)[] chunks)
    {
        var daemon = await FakeDaemon.Started();
        daemon.OnStream<SaveSnapshotRequest>(async (_, write, _) =>
        {
            foreach (var (offset, total, text) in chunks)
            {
                await write(new SnapshotChunk { Offset = offset, Total = total, Data = ByteString.CopyFromUtf8(text) });
            }
        });
        return daemon;
    }
}
