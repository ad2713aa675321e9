using Pryv.Consensus;

namespace Pryvd.Model.Components;

/// <summary>How an instance does, as its node said last. Only transitions are replicated.</summary>
public enum InstanceState
{
    /// <summary>The node has not obeyed the order yet; also where there is no record.</summary>
    Pending,
    Fetching,
    Preparing,

    /// <summary>It runs and was never healthy yet.</summary>
    Starting,
    Healthy,
    Unhealthy,

    /// <summary>It ended by itself and is started again after a delay.</summary>
    Backoff,

    /// <summary>As back-off, after so many crashes that a person should look.</summary>
    CrashLoop,

    /// <summary>The order cannot be carried out; it is tried again within bounds.</summary>
    Failed,
    Stopped,

    /// <summary>Its lease ended and it was killed; it starts again with a new lease.</summary>
    Fenced,

    /// <summary>The home's marker is missing; a person decides.</summary>
    DataLost,
}

/// <summary>The state of one instance under one generation.</summary>
/// <param name="Node">Who said it.</param>
/// <param name="Detail">For people: what, where and why; no output of the component (V3). At most 500 characters.</param>
/// <param name="SpecVersion">The run version that runs or was tried (<see cref="Assignment.RunVersion"/>).</param>
/// <param name="Restart">The <see cref="Assignment.Restart"/> that was obeyed.</param>
public sealed record InstanceStatus(
    InstanceId Instance, NodeId Node, long Generation, long SpecVersion, long Restart, InstanceState State, string Detail, long SinceMs, LogIndex Changed);
