namespace Simulation.Mutations;

/// <summary>A test that builds; skipped unless it is asked for.</summary>
public sealed class MutationFactAttribute : FactAttribute
{
    public MutationFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("SIM_MUTATIONS") == "1" ? null : "it builds a copy of the sources for each planted bug: set SIM_MUTATIONS=1";
}
