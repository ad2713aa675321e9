using System.Collections.Immutable;
using Pryvd.Model.Components;

namespace Pryvd.Model;

/// <summary>
/// The replicated state that is held in memory, immutable: a reader that holds one sees a whole state of one index. Events,
/// history and replies are on disk only.
/// </summary>
public sealed record ClusterState
{
    public static readonly ClusterState Empty = new();

    /// <summary>Null until the cluster was made.</summary>
    public ClusterInfo? Cluster { get; init; }

    public NodeTable Nodes { get; init; } = NodeTable.Empty;

    public VarTable Vars { get; init; } = VarTable.Empty;

    public Settings Settings { get; init; } = Settings.Default;

    public ImmutableSortedDictionary<string, Token> Tokens { get; init; } =
        ImmutableSortedDictionary.Create<string, Token>(StringComparer.Ordinal);

    /// <summary>By serial number.</summary>
    public ImmutableSortedDictionary<string, RevokedCertificate> Revoked { get; init; } =
        ImmutableSortedDictionary.Create<string, RevokedCertificate>(StringComparer.Ordinal);

    /// <summary>By node name.</summary>
    public ImmutableSortedDictionary<string, Commissioned> Commissioned { get; init; } =
        ImmutableSortedDictionary.Create<string, Commissioned>(StringComparer.Ordinal);

    public ComponentTables Running { get; init; } = ComponentTables.Empty;

    /// <summary>The time of the last command, milliseconds since 1970-01-01 UTC; it never goes back.</summary>
    public long TimeMs { get; init; }

    /// <summary>The newest event that is no longer kept; whoever asks from before it has missed something.</summary>
    public EventPosition EventsPrunedTo { get; init; } = EventPosition.Zero;
}
