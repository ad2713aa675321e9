namespace Pryvd.Model.Components;

/// <summary>What should run, as its component file says, with every default filled in. Immutable; compared by its canonical JSON.</summary>
public sealed record ComponentSpec
{
    public const int MaxCount = 1_000;

    /// <summary>As <see cref="Names.IsName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>How many instances; ordinals run from 0.</summary>
    public required int Count { get; init; }

    public Driver Driver { get; init; } = Driver.Process;

    /// <summary>What is fetched and unpacked before the first step; null for a plain command of the machine.</summary>
    public ArtifactRef? Artifact { get; init; }

    /// <summary>Program and arguments. <c>${NAME}</c> stands for a variable of the instance's environment. A relative program lies in the artifact.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Commands that run once for each version on each node, in this order, in the unpacked artifact.</summary>
    public IReadOnlyList<PrepareStep> Prepare { get; init; } = [];

    /// <summary>In the order of their names; values may hold <c>${NAME}</c> of what the cluster gives.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<PortSpec> Ports { get; init; } = [];

    public IReadOnlyList<CheckSpec> Checks { get; init; } = [];

    public Resources Resources { get; init; } = Resources.None;

    public Limits Limits { get; init; } = Limits.None;

    /// <summary>All must hold for a node to be taken.</summary>
    public IReadOnlyList<TagConstraint> Constraints { get; init; } = [];

    /// <summary>Failure domains, the wider first: <c>datacenter</c>, <c>group</c> or the key of a tag. Nodes are always the last.</summary>
    public IReadOnlyList<string> Spread { get; init; } = ["datacenter"];

    public HomePolicy Home { get; init; } = HomePolicy.Wait;

    /// <summary>Never two at once, not even for a moment: held on a lease when another node may be given it.</summary>
    public bool Exclusive { get; init; } = true;

    public RestartPolicy Restart { get; init; } = RestartPolicy.Default;

    public StopPolicy Stop { get; init; } = StopPolicy.Default;

    /// <summary>User that it runs as; null for the daemon's own.</summary>
    public string? User { get; init; }

    /// <summary>The higher is placed and re-placed first; 0 to 100.</summary>
    public int Priority { get; init; } = 50;

    /// <summary>What the cluster routes to it.</summary>
    public IReadOnlyList<RouteSpec> Routes { get; init; } = [];

    public LogPolicy Logs { get; init; } = LogPolicy.Default;

    /// <summary>Whether its instances are held on a lease (invariant 7): exclusive, and the home is not waited for.</summary>
    public bool IsLeased => Exclusive && Home != HomePolicy.Wait;

    /// <summary>Whether its health is more than that its process lives.</summary>
    public bool IsProbed => Checks.Any(check => check.Kind != CheckKind.Process);

    /// <summary>Whether an instance owns a data folder whose loss must be noticed (invariant 11).</summary>
    public bool KeepsData => Home == HomePolicy.Wait;
}
