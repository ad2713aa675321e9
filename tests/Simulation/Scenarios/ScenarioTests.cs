using System.Runtime.CompilerServices;

namespace Simulation.Scenarios;

/// <summary>What the replicas of a small cluster do, step by step.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Names => ScenarioFile.NamesIn(Folder());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_goes_as_it_is_written(string name)
    {
        var commands = new ScenarioCommands(new ScenarioWorld());
        ScenarioFile.Verify(Path.Combine(Folder(), name), lines => lines.SelectMany(commands.Run));
    }

    private static string Folder([CallerFilePath] string source = "") => Path.GetDirectoryName(source)!;
}
