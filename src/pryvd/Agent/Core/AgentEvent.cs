using Pryv.Internal.V1;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>What the agent hears. Every effect that is work is answered by exactly one event, whether it succeeded or not.</summary>
public abstract record AgentEvent
{
    private AgentEvent()
    {
    }

    /// <summary>Time passed; to be given at <see cref="AgentCore.NextWakeBootMs"/> at the latest.</summary>
    public sealed record Tick : AgentEvent;

    /// <summary>Something was applied.</summary>
    public sealed record OrdersChanged(Orders Orders) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.ListRuns"/>: all that the driver knows.</summary>
    public sealed record RunsListed(IReadOnlyList<DriverInstance> Runs) : AgentEvent;

    /// <summary>The driver was lost, or could not do what an effect asked of it; it is listed anew after a moment.</summary>
    public sealed record DriverFailed(string Reason) : AgentEvent;

    /// <summary>A run ended.</summary>
    public sealed record RunEnded(DriverInstance Run) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.Start"/>.</summary>
    public sealed record Started(DriverInstance Run) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.Start"/>; whether it runs after all is seen in the next listing.</summary>
    public sealed record StartFailed(InstanceId Instance, long Run, string Reason) : AgentEvent;

    /// <summary>Work on a version has come to a stage: <see cref="VersionStage.Fetching"/> or <see cref="VersionStage.Preparing"/>.</summary>
    public sealed record VersionStaged(VersionKey Key, VersionStage Stage) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.MakeVersion"/>.</summary>
    public sealed record VersionMade(VersionKey Key) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.MakeVersion"/>.</summary>
    /// <param name="Final">Trying again cannot help.</param>
    public sealed record VersionFailed(VersionKey Key, string Reason, bool Final) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.MakeFolder"/>: home or scratch folder are there.</summary>
    public sealed record FolderMade(InstanceId Instance, long Generation) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.MakeFolder"/>.</summary>
    /// <param name="DataLost">The home was made once, and its marker is missing (invariant 11).</param>
    public sealed record FolderFailed(InstanceId Instance, long Generation, string Reason, bool DataLost) : AgentEvent;

    /// <summary>The checks of a run together turned to healthy or unhealthy.</summary>
    public sealed record CheckTurned(InstanceId Instance, long Run, bool Healthy, string Detail) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.Report"/>.</summary>
    public sealed record ReportAnswered(long Sequence, AgentReportReply Reply) : AgentEvent;

    /// <summary>Answers <see cref="AgentEffect.Report"/>: no leader took it in time.</summary>
    public sealed record ReportFailed(long Sequence) : AgentEvent;

    /// <summary>What the node has and says of itself was measured.</summary>
    public sealed record Measured(NodeMeasure Measure) : AgentEvent;

    /// <summary>The daemon is to be stopped: one last report asks for leases that last over it.</summary>
    public sealed record StopPlanned : AgentEvent;
}

/// <summary>What the node says of itself in each report.</summary>
/// <param name="Score">0 (give me nothing) to 100.</param>
/// <param name="Tags">What plugin executables reported (O7).</param>
public sealed record NodeMeasure(int CpuMillis, int MemoryMb, long DiskFreeMb, int Score, IReadOnlyDictionary<string, string> Tags)
{
    public static readonly NodeMeasure Unknown = new(0, 0, 0, 100, new Dictionary<string, string>());
}
