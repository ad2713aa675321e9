using Pryvd.Model.Components;

namespace Pryvd.Agent.Drivers;

/// <summary>All that a driver needs to start one run of an instance; nothing is left to decide.</summary>
public sealed record StartOrder
{
    public required InstanceId Instance { get; init; }

    /// <summary>As in the assignment.</summary>
    public required long Generation { get; init; }

    /// <summary>Numbers the starts on this node; each has a higher one than all before.</summary>
    public required long Run { get; init; }

    /// <summary>The version since which the spec runs the same (<see cref="Assignment.RunVersion"/>).</summary>
    public required long SpecVersion { get; init; }

    /// <summary>The <see cref="Assignment.Restart"/> that this start obeys.</summary>
    public required long Restart { get; init; }

    public required Driver Driver { get; init; }

    /// <summary>Absolute path of the program, then its arguments; nothing left to replace.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Null for the daemon's own user.</summary>
    public required string? User { get; init; }

    public required StopPolicy Stop { get; init; }

    public required Limits Limits { get; init; }

    /// <summary>Where output goes: FOLDER/current.log and older ones beside it; that of units goes to the journal.</summary>
    public required string LogFolder { get; init; }

    public required LogPolicy Logs { get; init; }

    /// <summary>On CLOCK_BOOTTIME, milliseconds; null for one that is not leased.</summary>
    public required long? LeaseEndBootMs { get; init; }
}

/// <summary>One run of an instance as the driver knows it.</summary>
/// <param name="Pid">0 when it is not known.</param>
/// <param name="End">Null while it runs.</param>
public sealed record DriverInstance(
    InstanceId Instance, long Generation, long Run, long SpecVersion, long Restart, int Pid, long StartedBootMs, long? LeaseEndBootMs, RunEnd? End);

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">Null when a signal ended it, or when it is not known.</param>
/// <param name="Signal">0 for none.</param>
public sealed record RunEnd(RunEndCause Cause, int? ExitCode, int Signal, long EndedBootMs);

public enum RunEndCause
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>It was told to stop.</summary>
    Stopped,

    /// <summary>Its lease ended.</summary>
    Fenced,
    OutOfMemory,

    /// <summary>The driver died with it; nothing more is known.</summary>
    Lost,
}

/// <summary>A driver could not do what was asked; the message says what, why and what to do.</summary>
public sealed class DriverException(string message, Exception? inner = null) : Exception(message, inner);
