namespace Pryvd.Model;

/// <summary>What an operator does with a node, as the API and commands write it.</summary>
public static class NodeActions
{
    /// <summary>It gets no new instances; those that it has stay.</summary>
    public const string Cordon = "cordon";

    /// <summary>As cordoned, and what may run elsewhere goes there.</summary>
    public const string Drain = "drain";

    /// <summary>As cordoned; its instances stay its own, and it may be off without being called silent.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>None of these any more.</summary>
    public const string Restore = "restore";

    public static readonly IReadOnlyList<string> All = [Cordon, Drain, Maintenance, Restore];
}
