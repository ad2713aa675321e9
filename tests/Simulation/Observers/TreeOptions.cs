namespace Simulation.Observers;

/// <summary>One run: how large, how long, what goes wrong. Times are milliseconds of logical time.</summary>
internal sealed record TreeOptions(int Members, int Observers, int Zones, ulong Seed)
{
    public const int Heartbeat = 1_000;
    public const int RaftHeartbeat = 50;
    public const int WritesEach = 20;
    public const int Silence = 3_000;

    /// <summary>One way between two nodes.</summary>
    public const int Latency = 2;
}
