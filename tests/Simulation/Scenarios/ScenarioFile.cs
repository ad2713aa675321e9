namespace Simulation.Scenarios;

/// <summary>
/// A small script with golden output, as in etcd's raft: comments, and blocks of commands, a line of dashes and what they gave, parted by
/// empty lines. SCENARIOS_REWRITE=1 writes the output anew.
/// </summary>
public static class ScenarioFile
{
    private const string Dashes = "----";

    public static TheoryData<string> NamesIn(string folder) =>
        [.. Directory.GetFiles(folder, "*.txt").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    /// <param name="path">The script.</param>
    /// <param name="run">Runs the commands of one block and returns the lines that they gave.</param>
    public static void Verify(string path, Func<IReadOnlyList<string>, IEnumerable<string>> run)
    {
        var expected = File.ReadAllText(path);
        var actual = Play(expected, run);
        if (Environment.GetEnvironmentVariable("SCENARIOS_REWRITE") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.Equal(expected, actual);
    }

    private static string Play(string script, Func<IReadOnlyList<string>, IEnumerable<string>> run)
    {
        var played = new List<string>();
        foreach (var block in script.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Trim('\n').Split('\n').TakeWhile(l => l != Dashes).ToList();
            var commands = lines.Where(l => !l.StartsWith('#')).ToList();
            played.Add(string.Join('\n', commands.Count == 0 ? lines : [.. lines, Dashes, .. run(commands)]));
        }

        return string.Join("\n\n", played) + "\n";
    }
}
