namespace Pryvd.Model.Components;

/// <summary>
/// The variables that every instance finds in its environment and that its command, prepare steps, check commands and environment may
/// name as <c>${NAME}</c>. Their prefix is taken: a component file gives no variables of its own under it.
/// </summary>
public static class InstanceVariables
{
    public const string Prefix = "PRYVD_";

    /// <summary>component/ordinal.</summary>
    public const string Instance = Prefix + "INSTANCE";

    public const string Component = Prefix + "COMPONENT";

    public const string Ordinal = Prefix + "ORDINAL";

    /// <summary>Name of the node.</summary>
    public const string Node = Prefix + "NODE";

    public const string Datacenter = Prefix + "DATACENTER";

    /// <summary>Host under which other nodes reach this one, without port.</summary>
    public const string Address = Prefix + "ADDRESS";

    /// <summary>Absolute path of the instance's own folder: its home, or a scratch folder where it keeps nothing.</summary>
    public const string Data = Prefix + "DATA";

    /// <summary>Absolute path of the unpacked artifact; the data folder where there is none.</summary>
    public const string Artifact = Prefix + "ARTIFACT";

    /// <summary>The fencing token: of two holders of one instance the one with the higher (epoch, generation) is the right one.</summary>
    public const string Generation = Prefix + "GENERATION";

    public const string Epoch = Prefix + "EPOCH";

    /// <summary>Absolute path of the daemon's socket.</summary>
    public const string Socket = Prefix + "SOCKET";

    private const string Port = Prefix + "PORT_";

    /// <summary>All but those of its ports.</summary>
    public static readonly IReadOnlyList<string> Common =
        [Instance, Component, Ordinal, Node, Datacenter, Address, Data, Artifact, Generation, Epoch, Socket];

    /// <summary>Those that differ between instances; prepare steps, which run once for all instances of a version, cannot have them.</summary>
    public static readonly IReadOnlyList<string> OfOneInstance = [Instance, Ordinal, Data, Generation, Epoch];

    /// <summary>The number of a port: PRYVD_PORT_HTTP for <c>http</c>. Two ports of a component must not come to the same variable.</summary>
    public static string PortOf(string name) => Port + name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}
