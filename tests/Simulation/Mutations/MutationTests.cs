using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Simulation.Mutations;

/// <summary>The simulator finds every classic bug that is planted. It builds a copy for each, so it runs only with SIM_MUTATIONS=1.</summary>
[Trait("Category", "Mutation")]
public sealed partial class MutationTests(ITestOutputHelper output)
{
    private const int Seeds = 1_000;

    [MutationFact]
    public void The_simulator_finds_each_planted_bug()
    {
        using var copy = new MutatedCopy();
        var missed = new List<string>();
        foreach (var mutant in Mutant.All)
        {
            var found = FailedSeed().Match(copy.Run(mutant, Seeds));
            output.WriteLine($"{mutant.Name}: {(found.Success ? $"found by seed {found.Groups["seed"]}: {found.Groups["what"].Value.Trim()}" : $"not found in {Seeds} seeds")}");
            if (!found.Success)
            {
                missed.Add(mutant.Name);
            }
        }

        Assert.Empty(missed);
    }

    [GeneratedRegex(@"Error Message:\s*(?<what>.*?)\n.*?SEED=(?<seed>\d+)", RegexOptions.Singleline)]
    private static partial Regex FailedSeed();
}
