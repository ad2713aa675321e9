using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Simulation.Mutations;

/// <summary>The simulator finds every classic bug that is planted. It builds a copy for each, so it runs only with SIM_MUTATIONS=1.</summary>
[Trait("Category", "Mutation")]
public sealed partial class MutationTests(ITestOutputHelper output)
{
    private const int Seeds = 1_000;

    private const int ComponentSeeds = 400;

    [MutationFact]
    public void The_simulator_finds_each_planted_bug() => Find(Mutant.All, "Clusters_keep", Seeds);

    /// <summary>Invariant 7, H2, H4: the bugs that would run an instance twice, or call a node dead too early.</summary>
    [MutationFact]
    public void The_simulator_of_components_finds_each_planted_bug_of_leases() => Find(LeaseMutants.All, "Components_are_never", ComponentSeeds);

    private void Find(IReadOnlyList<Mutant> mutants, string test, int seeds)
    {
        using var copy = new MutatedCopy();
        var missed = new List<string>();
        foreach (var mutant in mutants)
        {
            var found = FailedSeed().Match(copy.Run(mutant, test, seeds));
            output.WriteLine($"{mutant.Name}: {(found.Success ? $"found by seed {found.Groups["seed"]}: {found.Groups["what"].Value.Trim()}" : $"not found in {seeds} seeds")}");
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
