using Pryvd.Hosting;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Hosting;

/// <summary>Whose the data folder is, and which version's.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_folder_is_made_for_its_owner_alone_and_taken_again()
    {
        DataFolderGuard.Prepare(folder.In("data"));
        DataFolderGuard.Prepare(folder.In("data"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.In("data")));
    }

    [Theory]
    [InlineData(0x1e8)]
    [InlineData(0x1c4)]
    [InlineData(0x1ff)]
    public void A_folder_that_is_open_to_others_is_refused_with_what_to_do(int mode)
    {
        Directory.CreateDirectory(folder.In("data"));
        File.SetUnixFileMode(folder.In("data"), (UnixFileMode)mode);
        Directory.CreateSymbolicLink(folder.In("link"), folder.In("data"));

        Assert.Contains("chmod 700", Assert.Throws<StartupException>(() => DataFolderGuard.Prepare(folder.In("data"))).Message, StringComparison.Ordinal);
        Assert.Contains("chmod 700", Assert.Throws<StartupException>(() => DataFolderGuard.Prepare(folder.In("link"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_others_may_only_pass_through_is_taken()
    {
        Directory.CreateDirectory(folder.In("data"));
        File.SetUnixFileMode(folder.In("data"), (UnixFileMode)0b111_001_001);

        DataFolderGuard.Prepare(folder.In("data"));
    }

    [Fact]
    public void A_folder_of_somebody_else_is_refused()
    {
        var facts = new FileFacts(1000, 1000, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Contains("chown -R 7 /d", DataFolderGuard.Refusal("/d", facts, 7)!, StringComparison.Ordinal);
        Assert.Null(DataFolderGuard.Refusal("/d", facts, 1000));
    }

    [Fact]
    public void Each_version_marks_the_folder_as_its_own()
    {
        DataVersion.Claim(folder.Path, "1.0.0");
        DataVersion.Claim(folder.Path, "1.1.0");

        Assert.Equal($$"""{"format":{{DataVersion.Format}},"program":"1.1.0"}""", File.ReadAllText(folder.In("version")));
    }

    [Fact]
    [Trait("requirement", "M13")]
    public void M13_data_of_a_newer_form_is_refused_unchanged_and_both_ways_out_are_named()
    {
        var mark = $$"""{"format":{{DataVersion.Format + 1}},"program":"9.9.9"}""";
        File.WriteAllText(folder.In("version"), mark);

        var refusal = Assert.Throws<StartupException>(() => DataVersion.Claim(folder.Path, "1.0.0")).Message;

        Assert.Contains("Install pryvd 9.9.9", refusal, StringComparison.Ordinal);
        Assert.Contains("To go back to 1.0.0", refusal, StringComparison.Ordinal);
        Assert.Equal(mark, File.ReadAllText(folder.In("version")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"format":"one","program":"1.0.0"}""")]
    [InlineData("""{"format":1}""")]
    [InlineData("""{"format":99999999999,"program":"1.0.0"}""")]
    public void A_damaged_mark_is_refused(string content)
    {
        File.WriteAllText(folder.In("version"), content);

        Assert.Contains("damaged", Assert.Throws<StartupException>(() => DataVersion.Claim(folder.Path, "1.0.0")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
