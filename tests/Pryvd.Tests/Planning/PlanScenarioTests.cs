using System.Runtime.CompilerServices;

namespace Pryvd.Tests.Planning;

/// <summary>
/// Small scripts with golden output (R3, R4, H2, O5): a command, dashes, what it gave; blocks are parted by empty lines. SCENARIOS_REWRITE=1 writes the
/// output anew.
/// </summary>
public sealed class PlanScenarioTests
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
        var commands = new PlanScript();
        var played = new List<string>();
        foreach (var block in script.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Trim('\n').Split('\n').TakeWhile(l => l != Dashes).ToList();
            played.Add(string.Join('\n', lines.All(IsComment) ? lines : [.. lines, Dashes, .. Output(lines, commands)]));
        }

        return string.Join("\n\n", played) + "\n";
    }

    /// <summary>Of several commands in a block only what they tell beyond "ok".</summary>
    private static List<string> Output(List<string> lines, PlanScript commands)
    {
        var told = lines.Where(l => !IsComment(l)).SelectMany(commands.Run).Where(l => l != "ok").ToList();
        return told.Count == 0 ? ["ok"] : told;
    }

    private static bool IsComment(string line) => line.StartsWith('#');

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Scenarios");
}
