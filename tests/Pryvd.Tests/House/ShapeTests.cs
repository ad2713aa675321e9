namespace Pryvd.Tests.House;

/// <summary>Style is a test, too: what reviews would say again and again.</summary>
public sealed class ShapeTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_source_file_is_longer_than_a_reader_holds()
    {
        var longOnes = Repository.Sources("src").Where(f => File.ReadLines(f).Count() > LongestFile).Select(Name).ToList();

        Assert.Empty(longOnes);
    }

    [Fact]
    public void No_source_sleeps_or_swallows()
    {
        string[] smells = ["Thread.Sleep(", "#pragma warning disable", "TODO", "FIXME", "NotImplementedException"];

        var found = Repository.Sources("src").SelectMany(f => smells.Where(s => File.ReadAllText(f).Contains(s, StringComparison.Ordinal)).Select(s => $"{Name(f)}: {s}"));

        Assert.Empty(found);
    }

    [Fact]
    public void The_command_line_knows_the_generated_client_and_no_part_of_the_daemon()
    {
        string[] rooms = ["Raft", "Peers", "Leader", "Store", "Commands", "Api"];

        var found = Repository.Sources("src/pryvd/Cli")
            .SelectMany(f => rooms.Where(r => File.ReadLines(f).Any(l => l.StartsWith($"using Pryvd.{r}", StringComparison.Ordinal))).Select(r => $"{Name(f)} uses {r}"));

        Assert.Empty(found);
    }

    [Fact]
    public void Model_and_commands_know_no_edge()
    {
        string[] edges = ["Raft", "Peers", "Leader", "Store", "Api", "Cli", "Hosting"];

        var found = Repository.Sources("src/pryvd/Model").Concat(Repository.Sources("src/pryvd/Commands"))
            .SelectMany(f => edges.Where(e => File.ReadLines(f).Any(l => l.StartsWith($"using Pryvd.{e}", StringComparison.Ordinal))).Select(e => $"{Name(f)} uses {e}"));

        Assert.Empty(found);
    }

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);
}
