using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Health;

/// <summary>What a node said of itself, as it came in.</summary>
public sealed record NodeReport
{
    public required NodeId Node { get; init; }

    /// <summary>New with each start of its daemon.</summary>
    public required string Run { get; init; }

    /// <summary>Grows with each report of a run.</summary>
    public required long Sequence { get; init; }

    public required NodeCapacity Capacity { get; init; }

    /// <summary>0 (give me nothing) to 100.</summary>
    public required int Score { get; init; }

    /// <summary>Tags that plugins reported (O7).</summary>
    public TagSet Tags { get; init; } = TagSet.Empty;

    /// <summary>Instances whose state is not the recorded one, as far as the node knows.</summary>
    public IReadOnlyList<InstanceId> Differing { get; init; } = [];

    /// <summary>There may be more of those than it told.</summary>
    public bool IsPartial { get; init; }

    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>The node has applied everything up to this index.</summary>
    public required long Applied { get; init; }

    /// <summary>Its daemon is about to be stopped as planned.</summary>
    public bool Stopping { get; init; }
}

/// <summary>What a node has for instances: thousandths of a processor and mebibytes.</summary>
public readonly record struct NodeCapacity(int CpuMillis, int MemoryMb);
