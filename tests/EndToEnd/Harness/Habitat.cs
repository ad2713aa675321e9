using System.Net;

namespace EndToEnd.Harness;

/// <summary>Where a daemon lives, where that is not loopback and a folder of the cluster's.</summary>
public sealed record Habitat
{
    public static readonly Habitat Plain = new();

    /// <summary>A program that becomes the daemon, with its arguments: nsenter, for example.</summary>
    public IReadOnlyList<string> Entrance { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Its address and port there; a free port of its loopback address unless given.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>A folder for its data, a disk of its own for example.</summary>
    public string? Disk { get; init; }
}
