namespace Simulation;

/// <summary>A promise was broken.</summary>
public sealed class SimulationException(string message, Exception? cause = null) : Exception(message, cause)
{
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SimulationException(otherwise);
        }
    }
}
