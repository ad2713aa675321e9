using Pryvd.Hosting;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Hosting;

public sealed class DurableFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_file_is_replaced_whole_and_with_its_mode()
    {
        DurableFile.Write(folder.In("f"), "one"u8, UnixFileMode.UserRead);
        DurableFile.Write(folder.In("f"), "second"u8, OwnerOnly);

        Assert.Equal("second", File.ReadAllText(folder.In("f")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder.In("f")));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_a_crash_left_of_an_earlier_write_is_no_hindrance()
    {
        File.WriteAllText(folder.In("f.tmp"), "half");
        DurableFile.Write(folder.In("f"), "whole"u8, OwnerOnly);

        Assert.Equal("whole", File.ReadAllText(folder.In("f")));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_with_its_name()
    {
        Assert.Throws<DirectoryNotFoundException>(() => DurableFile.Write(folder.In("no/f"), "x"u8, OwnerOnly));
        var e = Assert.Throws<IOException>(() => DurableFile.FlushFolder(folder.In("no")));
        Assert.Contains(folder.In("no"), e.Message);
    }

    public void Dispose() => folder.Dispose();
}
