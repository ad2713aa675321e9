using System.Runtime.CompilerServices;

namespace Simulation.Scenarios;

/// <summary>
/// Small scripts with golden output, as in etcd's raft. A file is comments, and blocks of a command, a line of dashes,
/// and what it gave. SCENARIOS_REWRITE=1 writes the output anew.
/// </summary>
public sealed class ScenarioTests
{
    private const string Dashes = "----";

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder(), "*.txt").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_goes_as_it_is_written(string name)
    {
        var path = Path.Combine(Folder(), name);
        var expected = File.ReadAllText(path);
        var actual = Play(expected);
        if (Environment.GetEnvironmentVariable("SCENARIOS_REWRITE") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.Equal(expected, actual);
    }

    private static string Play(string script)
    {
        var commands = new ScenarioCommands(new ScenarioWorld());
        var played = new List<string>();
        foreach (var block in script.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Trim('\n').Split('\n').TakeWhile(l => l != Dashes).ToList();
            played.Add(string.Join('\n', lines.All(IsComment) ? lines : Played(lines, commands)));
        }

        return string.Join("\n\n", played) + "\n";
    }

    private static IEnumerable<string> Played(List<string> lines, ScenarioCommands commands) =>
        [.. lines, Dashes, .. lines.Where(l => !IsComment(l)).SelectMany(commands.Run)];

    private static bool IsComment(string line) => line.StartsWith('#');

    private static string Folder([CallerFilePath] string source = "") => Path.GetDirectoryName(source)!;
}
