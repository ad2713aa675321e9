using System.Runtime.Versioning;
using Pryv.Consensus.Log;
using static Pryv.Consensus.Tests.Log.LogFixture;

namespace Pryv.Consensus.Tests.Log;

/// <summary>M3 and invariant 3, on a real disk.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LibcDiskTests : IDisposable
{
    private static readonly LogOptions Options = new(8192);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_on_a_real_disk_is_there_after_a_restart()
    {
        var path = Path.Combine(_folder.Path, "data", "log");
        using (var log = DurableLog.Create(new LibcDisk(path), Identity, LogBase.Empty, default, Options))
        {
            for (var i = 1; i <= 200; i++)
            {
                log.Append(State(1, i), [Command(i, 1)]);
                log.Flush();
            }

            log.CompactTo(new LogIndex(100));
        }

        using var again = DurableLog.Open(new LibcDisk(path), Options);
        Assert.Equal(Described(Commands(again.First.Value, 200, 1)), Entries(again));
        Assert.Equal(State(1, 200), again.HardState);
    }

    [Fact]
    public void Folder_and_files_are_for_the_owner_alone()
    {
        var path = Path.Combine(_folder.Path, "log");
        DurableLog.Create(new LibcDisk(path), Identity, LogBase.Empty, default, Options).Dispose();
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        Assert.Equal(file, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(path))));
    }

    [Fact]
    public void Segments_are_allocated_and_hold_zeroes()
    {
        using var file = new LibcDisk(_folder.Path).Create("a", 100_000);
        var bytes = new byte[200_000];
        Array.Fill(bytes, (byte)1);
        Assert.Equal(100_000, file.Read(0, bytes));
        Assert.Equal(100_000, file.Length);
        Assert.False(bytes.AsSpan(0, 100_000).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void What_is_written_is_read_back_at_its_offset()
    {
        var disk = new LibcDisk(_folder.Path);
        using (var file = disk.Create("a", 4096))
        {
            file.Write(4000, new byte[] { 1, 2, 3 });
            file.Flush();
        }

        disk.Rename("a", "b");
        disk.FlushFolder();
        using var again = disk.Open("b");
        var bytes = new byte[10];
        Assert.Equal(10, again.Read(3998, bytes));
        Assert.Equal([0, 0, 1, 2, 3, 0, 0, 0, 0, 0], bytes);
        Assert.Equal(6, again.Read(4090, bytes));
        disk.Delete("b");
        Assert.Empty(disk.List());
    }

    [Fact]
    public void Refusals_of_the_system_name_the_file_and_the_reason()
    {
        var disk = new LibcDisk(_folder.Path);
        disk.Create("a", 10).Dispose();
        Assert.Contains("exists", Assert.Throws<DiskException>(() => disk.Create("a", 10)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<DiskException>(() => disk.Open("b")).Message, StringComparison.Ordinal);
        Assert.Contains("/b ", Assert.Throws<DiskException>(() => disk.Delete("b")).Message, StringComparison.Ordinal);
        Assert.Throws<DiskException>(() => disk.Rename("b", "c"));
    }

    [TmpfsFact]
    public void A_full_disk_stops_the_log_with_a_clear_message_and_loses_nothing_flushed()
    {
        using var small = new Tmpfs("256k");
        var flushed = 0;
        using (var log = DurableLog.Create(new LibcDisk(small.Path), Identity, LogBase.Empty, default, Options))
        {
            var failure = Assert.Throws<DiskException>(() =>
            {
                while (flushed < 100_000)
                {
                    log.Append(null, [Command(flushed + 1, 1)]);
                    log.Flush();
                    flushed++;
                }
            });
            Assert.Contains("no space left on device", failure.Message, StringComparison.Ordinal);
            Assert.Throws<DiskException>(log.Flush);
        }

        using var again = DurableLog.Open(new LibcDisk(small.Path), Options);
        Assert.Equal(Described(Commands(1, flushed, 1)), Entries(again));
    }
}
