using Pryv.Internal.V1;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>What the agent wants done, in this order where it matters: <see cref="Remember"/> is durable before anything after it begins.</summary>
public abstract record AgentEffect
{
    private AgentEffect()
    {
    }

    public sealed record Remember(AgentMemory Memory) : AgentEffect;

    /// <summary>Answered by <see cref="AgentEvent.RunsListed"/> or <see cref="AgentEvent.DriverFailed"/>.</summary>
    public sealed record ListRuns : AgentEffect;

    /// <summary>Fetch, unpack and prepare what is not there yet; answered by <see cref="AgentEvent.VersionMade"/> or <see cref="AgentEvent.VersionFailed"/>.</summary>
    public sealed record MakeVersion(VersionKey Key, ComponentSpec Spec) : AgentEffect;

    /// <summary>Unpacked versions that are needed; the others may go. Those that still run are named by their numbers.</summary>
    public sealed record KeepVersions(IReadOnlyList<VersionKey> Needed, IReadOnlyList<(string Component, long Version)> Running) : AgentEffect;

    /// <summary>Answered by <see cref="AgentEvent.FolderMade"/> or <see cref="AgentEvent.FolderFailed"/>.</summary>
    public sealed record MakeFolder(Assignment Assignment) : AgentEffect;

    /// <summary>The instance is not this node's any more: its scratch folder goes, a home stays and is spoken of.</summary>
    public sealed record CleanUp(InstanceId Instance) : AgentEffect;

    /// <summary>Answered by <see cref="AgentEvent.Started"/> or <see cref="AgentEvent.StartFailed"/>.</summary>
    public sealed record Start(StartOrder Order) : AgentEffect;

    /// <summary>Its end comes as <see cref="AgentEvent.RunEnded"/>; a failure of the call as <see cref="AgentEvent.DriverFailed"/>.</summary>
    public sealed record Stop(InstanceId Instance, long Run, StopPolicy Policy) : AgentEffect;

    public sealed record SetLease(InstanceId Instance, long Run, long LeaseEndBootMs) : AgentEffect;

    /// <summary>The lease is longer than what is granted now: what a planned stop was given is not needed any more. The next listing tells what came of it.</summary>
    public sealed record ShortenLease(InstanceId Instance, long Run, long LeaseEndBootMs) : AgentEffect;

    public sealed record Forget(InstanceId Instance, long Run) : AgentEffect;

    /// <summary>Run the checks of this run from now on; their turns come as <see cref="AgentEvent.CheckTurned"/>.</summary>
    public sealed record Watch(DriverInstance Run, Assignment Assignment) : AgentEffect;

    public sealed record Unwatch(InstanceId Instance, long Run) : AgentEffect;

    /// <summary>Send this to the leader; answered by <see cref="AgentEvent.ReportAnswered"/> or <see cref="AgentEvent.ReportFailed"/>.</summary>
    public sealed record Report(AgentReport Message, int PatienceMs) : AgentEffect;

    /// <summary>For the daemon's log: what the agent did and why, or what is wrong.</summary>
    public sealed record Say(bool Warning, string Message) : AgentEffect;
}
