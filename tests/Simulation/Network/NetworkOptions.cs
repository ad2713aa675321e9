using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>How bad a network is.</summary>
/// <param name="Loss">Share of messages that never arrive.</param>
/// <param name="Duplication">Share that arrives twice.</param>
/// <param name="Straggling">Share that takes up to <paramref name="StragglerDelay"/>, so that later ones overtake it.</param>
/// <param name="Delay">The most that an ordinary message takes.</param>
public sealed record NetworkOptions(double Loss, double Duplication, double Straggling, long Delay, long StragglerDelay)
{
    /// <summary>Nothing is lost and nothing is late; the order may still change.</summary>
    public static readonly NetworkOptions Healthy = new(0, 0, 0, SimOptions.Tick / 4, 0);

    public static NetworkOptions Draw(SeededRandom random) => new(
        random.Next(3) == 0 ? 0 : random.NextDouble() * 0.2,
        random.Next(3) == 0 ? 0 : random.NextDouble() * 0.2,
        random.Next(3) == 0 ? 0 : random.NextDouble() * 0.1,
        SimOptions.Tick / 10 * (1 + random.Next(20)),
        SimOptions.Tick * (5 + random.Next(60)));
}
