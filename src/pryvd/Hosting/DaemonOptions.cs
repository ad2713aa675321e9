using System.Net;
using Serilog.Events;

namespace Pryvd.Hosting;

/// <summary>How one daemon runs on one machine; all else is remembered by the cluster.</summary>
public sealed record DaemonOptions
{
    public const int DefaultPeerPort = 7411;
    public const string DefaultConfigFile = "/etc/pryvd/pryvd.yaml";
    public const string DefaultSocket = "/run/pryvd/pryvd.sock";

    /// <summary>The state of this node.</summary>
    public required string DataDir { get; init; }

    /// <summary>Keys and certificates; identity/ in the data folder unless set.</summary>
    public required string IdentityDir { get; init; }

    public required string Socket { get; init; }

    /// <summary>Whose members may use the socket; null for pryvd where that group exists.</summary>
    public required string? SocketGroup { get; init; }

    /// <summary>Where the peer port is bound.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where peers reach this node; null to find it out.</summary>
    public required HostAndPort? Advertise { get; init; }

    public required string Name { get; init; }

    public required string Datacenter { get; init; }

    public required string Group { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public required LogEventLevel LogLevel { get; init; }

    public required LogFormat LogFormat { get; init; }

    /// <summary>Members of a cluster to join by itself, for images; empty when a person joins it.</summary>
    public required IReadOnlyList<HostAndPort> Peers { get; init; }

    /// <summary>Where the join token for that stands.</summary>
    public required string? TokenFile { get; init; }

    /// <summary>A folder of executables that say what this node is; it may be missing.</summary>
    public string TagPlugins { get; init; } = "/etc/pryvd/tags.d";

    /// <summary>So much of the disk artifacts may take.</summary>
    public int ArtifactSpaceMb { get; init; } = 10_240;
}
