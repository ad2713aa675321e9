using Google.Protobuf;
using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>One machine with one daemon, as the cluster remembers it.</summary>
public sealed record Node
{
    /// <summary>How many transitions are kept for each node.</summary>
    public const int MaxTransitions = 100;

    public required NodeId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>host:port of the peer port.</summary>
    public required string Address { get; init; }

    /// <summary>Where others reach it: the address without port.</summary>
    public string Host => Address[..Address.LastIndexOf(':')].Trim('[', ']');

    /// <summary>None for an observer.</summary>
    public required MemberId Member { get; init; }

    /// <summary>The member as records and rows write it; empty for an observer.</summary>
    public string MemberText => Member.IsNone ? "" : Member.ToString();

    public required NodeState State { get; init; }

    /// <summary>What it was before it fell silent, while it is unreachable or dead: as which it comes back. Else null.</summary>
    public NodeState? Before { get; init; }

    /// <summary>It gets no new instances, whatever its state; those that it has stay.</summary>
    public bool Cordoned { get; init; }

    public required NodeRole Role { get; init; }

    public required string Datacenter { get; init; }

    public required string Group { get; init; }

    /// <summary>Tags that the cluster gave it, remembered with its name.</summary>
    public required TagSet Tags { get; init; }

    /// <summary>Tags that the node says of itself; those given by the cluster win.</summary>
    public required TagSet ReportedTags { get; init; }

    public required string Version { get; init; }

    /// <summary>The highest version of the command set that its build knows.</summary>
    public required uint CommandVersion { get; init; }

    public required Certificate Certificate { get; init; }

    /// <summary>SubjectPublicKeyInfo of the key that secrets for this node are sealed to.</summary>
    public required ByteString SealingKey { get; init; }

    /// <summary>How many transitions it has made; the newest has this number.</summary>
    public required long Transitions { get; init; }

    /// <summary>Index of the command that changed it last.</summary>
    public required LogIndex Changed { get; init; }

    /// <summary>Whether the cluster hears nothing of it, so that nobody knows what runs there.</summary>
    public bool IsSilent => State is NodeState.Unreachable or NodeState.Dead;

    /// <summary>The node in another state. One that falls silent keeps in mind what it was.</summary>
    public Node To(NodeState state) => this with
    {
        State = state,
        Before = state is not (NodeState.Unreachable or NodeState.Dead) ? null : IsSilent ? Before : State,
    };

    /// <summary>What a node that was silent is when it is heard again: what it was being drained or taken out for still holds.</summary>
    public NodeState Returning => Before is { } before and (NodeState.Draining or NodeState.Decommissioning or NodeState.Maintenance) ? before : NodeState.Ready;

    public bool IsGone => State == NodeState.Decommissioned;

    public TagSet EffectiveTags => ReportedTags.With(Tags);
}
