using Pryvd.Agent.Core;
using Pryvd.Agent.Data;
using Pryvd.Model.Components;
using Pryvd.Tests.Agent.Core;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Agent.Data;

/// <summary>A home is made once; its marker is what says that it is still there (R3, invariant 11).</summary>
public sealed class HomeFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private AgentPaths Paths => new(_folder.Path);

    private string Home => Paths.Home(Make.Core0);

    private HomeFolders Folders => new(Paths, "cluster-1", TimeProvider.System);

    [Fact]
    public void A_home_is_made_when_it_never_was_and_found_again_under_the_same_order()
    {
        var order = Make.Assignment(Make.Core0, 7);
        Folders.Make(order);
        File.WriteAllText(Path.Combine(Home, "data"), "precious");

        Assert.Null(Folders.Make(order));
        Assert.Null(Folders.Make(order with { HomeMade = true }));
        Assert.Null(Folders.Make(order with { HomeMade = true, Generation = 9 }));
        Assert.Equal("precious", File.ReadAllText(Path.Combine(Home, "data")));
    }

    [Fact]
    public void A_missing_marker_is_lost_data_whatever_else_is_there()
    {
        var order = Make.Assignment(Make.Core0, 7) with { HomeMade = true };
        Assert.Throws<DataLostException>(() => Folders.Make(order));
        Assert.False(Directory.Exists(Home));

        Directory.CreateDirectory(Home);
        File.WriteAllText(Path.Combine(Home, "data"), "without its marker");
        Assert.Throws<DataLostException>(() => Folders.Make(order));
        Assert.Single(Directory.EnumerateFileSystemEntries(Home));
    }

    [Fact]
    public void What_an_earlier_life_left_is_put_aside_neither_used_nor_deleted()
    {
        Folders.Make(Make.Assignment(Make.Core0, 7));
        File.WriteAllText(Path.Combine(Home, "data"), "of the former life");

        var said = Folders.Make(Make.Assignment(Make.Core0, 20));

        Assert.Equal([HomeMarker.FileName], Directory.EnumerateFileSystemEntries(Home).Select(Path.GetFileName));
        var aside = Directory.GetDirectories(Path.GetDirectoryName(Home)!).Single(d => d != Home);
        Assert.Contains(aside, said, StringComparison.Ordinal);
        Assert.Equal("of the former life", File.ReadAllText(Path.Combine(aside, "data")));
    }

    [Fact]
    public void A_home_of_another_cluster_or_instance_and_a_marker_that_is_none_are_left_alone()
    {
        Folders.Make(Make.Assignment(Make.Core0, 7));
        var other = new HomeFolders(Paths, "cluster-2", TimeProvider.System);
        Assert.Contains("cluster-1", Assert.Throws<IOException>(() => other.Make(Make.Assignment(Make.Core0, 7))).Message, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(Home, HomeMarker.FileName), "{ nonsense");
        Assert.Throws<IOException>(() => Folders.Make(Make.Assignment(Make.Core0, 7)));
        File.WriteAllText(Path.Combine(Home, HomeMarker.FileName), "{}");
        Assert.Throws<IOException>(() => Folders.Make(Make.Assignment(Make.Core0, 7)));
    }

    [Fact]
    public void Scratch_folders_go_and_homes_stay()
    {
        var scratch = Make.Assignment(Make.Core0, 7, Make.Spec("core", leased: true));
        Folders.Make(scratch);
        Folders.Make(Make.Assignment(Make.Core0, 7));

        Assert.Equal(Home, Folders.CleanUp(Make.Core0));
        Assert.False(Directory.Exists(Paths.Scratch(Make.Core0)));
        Assert.True(Directory.Exists(Home));
    }

    [Fact]
    public void A_user_that_does_not_exist_is_said()
    {
        var order = Make.Assignment(Make.Core0, 7, Make.Spec("core") with { User = "pryvd-nobody-has-this" });

        Assert.Contains("no user pryvd-nobody-has-this", Assert.Throws<IOException>(() => Folders.Make(order)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_as_user_gets_to_its_home_and_to_nothing_else()
    {
        if (Environment.UserName != "root")
        {
            return;
        }

        File.WriteAllText(_folder.In("state-0.db"), "");
        File.SetUnixFileMode(_folder.In("state-0.db"), (UnixFileMode)0b110_100_100);
        Folders.Make(Make.Assignment(Make.Core0, 7, Make.Spec("core") with { User = "nobody" }));

        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(_folder.In("state-0.db")));
        Assert.Equal((UnixFileMode)0b111_001_001, File.GetUnixFileMode(Paths.Homes) & (UnixFileMode)0b111_111_111);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Home));
    }

    public void Dispose() => _folder.Dispose();
}
