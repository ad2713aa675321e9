namespace Pryvd.Model.Components;

/// <summary>Who starts and watches the instances.</summary>
public enum Driver
{
    /// <summary>A child of the guard in a process group of its own.</summary>
    Process,

    /// <summary>A transient systemd unit.</summary>
    Systemd,
}

/// <summary>What becomes of an instance whose node is dead (R3).</summary>
public enum HomePolicy
{
    /// <summary>Its data is there and nowhere else: it waits for its node.</summary>
    Wait,

    /// <summary>It keeps nothing that could be lost: it is placed on another node, with an empty folder.</summary>
    Anywhere,
}

/// <summary>How an artifact is laid out on disk.</summary>
public enum ArtifactFormat
{
    File,
    TarGz,
    Zip,
}

/// <summary>What must be on a node before an instance can start; known by its content.</summary>
/// <param name="Sha256">64 hexadecimal digits, lower case.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Name">File name for people, and for <see cref="ArtifactFormat.File"/> the name it gets.</param>
public sealed record ArtifactRef(string Sha256, long Size, ArtifactFormat Format, string Name);

/// <summary>A command that runs once for each version.</summary>
/// <param name="TimeoutMs">It is killed after this.</param>
public sealed record PrepareStep(IReadOnlyList<string> Command, int TimeoutMs);

/// <summary>A TCP port of an instance.</summary>
/// <param name="Fixed">1 to 65535, or null for one that the cluster gives, unique on its node.</param>
public sealed record PortSpec(string Name, int? Fixed);

public enum CheckKind
{
    Process,
    Tcp,
    Http,
    Grpc,
    Command,
}

/// <summary>How an instance's health is found out, on its own node (H1).</summary>
/// <param name="Port">Name of one of its ports; empty for process and command checks.</param>
/// <param name="Path">HTTP path (2xx or 3xx is healthy), or the gRPC service name; else empty.</param>
/// <param name="Command">For a command check: exit code 0 is healthy.</param>
/// <param name="Failures">So many in a row make it unhealthy.</param>
/// <param name="Successes">So many in a row make it healthy again.</param>
/// <param name="StartupMs">For so long after its start failures do not count.</param>
public sealed record CheckSpec(
    string Name, CheckKind Kind, string Port, string Path, IReadOnlyList<string> Command,
    int IntervalMs, int TimeoutMs, int Failures, int Successes, int StartupMs)
{
    public bool Equals(CheckSpec? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && Port == other.Port && Path == other.Path && Command.SequenceEqual(other.Command)
        && (IntervalMs, TimeoutMs, Failures, Successes, StartupMs) == (other.IntervalMs, other.TimeoutMs, other.Failures, other.Successes, other.StartupMs);

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Port, Path, Command.Count, IntervalMs);
}

/// <summary>What one instance takes of its node. 0 is not counted.</summary>
public sealed record Resources(int CpuMillis, int MemoryMb)
{
    public static readonly Resources None = new(0, 0);
}

/// <summary>What one instance may take at most, held by the kernel; it needs <see cref="Driver.Systemd"/>. 0 is no limit.</summary>
/// <param name="Tasks">Processes and threads.</param>
public sealed record Limits(int CpuMillis, int MemoryMb, int Tasks)
{
    public static readonly Limits None = new(0, 0, 0);
}

/// <summary>A demand on the tags of a node; <c>datacenter</c>, <c>group</c> and <c>node</c> count as tags.</summary>
/// <param name="Values">Empty: the key must be there with any value.</param>
/// <param name="Not">The demand is turned round.</param>
public sealed record TagConstraint(string Key, IReadOnlyList<string> Values, bool Not);

/// <summary>How crashes are answered on the node: delays double from first to last; after so many crashes within the window it is called a crash loop (H5).</summary>
/// <param name="FirstDelayMs">Before the first restart.</param>
/// <param name="LastDelayMs">The longest one.</param>
/// <param name="LoopCrashes">So many within the window are a loop.</param>
/// <param name="LoopWindowMs">The window.</param>
/// <param name="Unhealthy">What its checks call unhealthy is stopped and answered as a crash; else it is said, and routed around.</param>
public sealed record RestartPolicy(int FirstDelayMs, int LastDelayMs, int LoopCrashes, int LoopWindowMs, bool Unhealthy = true)
{
    public static readonly RestartPolicy Default = new(500, 30_000, 5, 60_000);
}

/// <summary>How an instance is stopped.</summary>
/// <param name="Signal">For example SIGTERM.</param>
/// <param name="GraceMs">After this it is killed.</param>
public sealed record StopPolicy(string Signal, int GraceMs)
{
    public static readonly StopPolicy Default = new("SIGTERM", 10_000);
}

/// <summary>A name under which healthy instances are found.</summary>
/// <param name="Host">DNS name.</param>
/// <param name="Port">Name of one of its ports.</param>
public sealed record RouteSpec(string Host, string Port);

/// <summary>How much output of an instance is kept on its node.</summary>
public sealed record LogPolicy(long FileBytes, int Files)
{
    public static readonly LogPolicy Default = new(16L << 20, 4);
}
