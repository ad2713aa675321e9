using System.Runtime.CompilerServices;
using Simulation.Scenarios;

namespace Pryvd.Tests.Planning;

/// <summary>What is planned for a small cluster, and why (R3, R4, H2, O5).</summary>
public sealed class PlanScenarioTests
{
    public static TheoryData<string> Names => ScenarioFile.NamesIn(Folder());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_goes_as_it_is_written(string name)
    {
        var script = new PlanScript();
        ScenarioFile.Verify(Path.Combine(Folder(), name), lines => Output(script, lines));
    }

    /// <summary>Of several commands in a block only what they tell beyond "ok".</summary>
    private static List<string> Output(PlanScript script, IReadOnlyList<string> lines)
    {
        var told = lines.SelectMany(script.Run).Where(l => l != "ok").ToList();
        return told.Count == 0 ? ["ok"] : told;
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Scenarios");
}
