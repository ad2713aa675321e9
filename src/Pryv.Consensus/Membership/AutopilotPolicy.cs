using System.Collections.Immutable;

namespace Pryv.Consensus.Membership;

/// <summary>What the host of a replica tells autopilot.</summary>
public sealed record AutopilotPolicy
{
    /// <summary>How many voters there shall be once there are members enough: 3 or 5.</summary>
    public int TargetVoters { get; init; } = 3;

    /// <summary>How long a learner must have been caught up before it becomes a voter, in ticks.</summary>
    public int StableTicks { get; init; } = 100;

    /// <summary>How long a voter must have been silent before a caught-up learner takes its place, in ticks.</summary>
    public int DeadTicks { get; init; } = 1000;

    /// <summary>How many entries a member that counts as caught up may lack.</summary>
    public int CaughtUpEntries { get; init; } = 256;

    /// <summary>Members that have all that a voter needs besides the log (the host's keys); null when nothing else is needed.</summary>
    public ImmutableHashSet<MemberId>? Prepared { get; init; }

    /// <summary>The failure domain of each member; voters are spread over them.</summary>
    public ImmutableDictionary<MemberId, string> Zones { get; init; } = ImmutableDictionary<MemberId, string>.Empty;

    public bool IsPrepared(MemberId id) => Prepared?.Contains(id) ?? true;

    public string ZoneOf(MemberId id) => Zones.GetValueOrDefault(id, string.Empty);
}
