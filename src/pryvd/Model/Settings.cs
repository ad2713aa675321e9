namespace Pryvd.Model;

/// <summary>The cluster's settings: variables in scope cluster whose key starts with <c>pryvd.</c>, or their defaults.</summary>
public sealed record Settings
{
    public const string Prefix = "pryvd.";

    /// <summary>How many heartbeats fit into the shortest election timeout at least.</summary>
    private const int LeastHeartbeats = 3;

    private const int LongestUsualHeartbeatMs = 100;

    public static readonly Settings Default = From(VarTable.Empty);

    /// <summary>How many events are kept.</summary>
    public required long EventsMaxCount { get; init; }

    /// <summary>How long an event is kept at most, in hours.</summary>
    public required long EventsMaxAgeHours { get; init; }

    /// <summary>How many voters the cluster aims at.</summary>
    public required int Voters { get; init; }

    /// <summary>How many nodes are in Raft's configuration, voters and candidates; the others observe.</summary>
    public required int Members { get; init; }

    /// <summary>How often a leader is heard of. Where it is not set it follows from <see cref="ElectionMs"/>.</summary>
    public required int HeartbeatMs { get; init; }

    /// <summary>The shortest election timeout; the longest is twice that.</summary>
    public required int ElectionMs { get; init; }

    /// <summary>How many versions of each variable are kept.</summary>
    public required int HistoryMaxVersions { get; init; }

    /// <summary>A node that is not heard for so long is dead (H2).</summary>
    public required int DeadTimeoutMs { get; init; }

    /// <summary>The ports that the cluster gives, the first and the last of them.</summary>
    public required int PortsFirst { get; init; }

    public required int PortsLast { get; init; }

    /// <summary>How many instances may be starting at a time on a node that takes over from a dead one.</summary>
    public required int FailoverParallel { get; init; }

    public static Settings From(VarTable vars)
    {
        var electionMs = (int)SettingRule.ElectionMs.Read(vars);
        return new()
        {
            EventsMaxCount = SettingRule.EventsMaxCount.Read(vars),
            EventsMaxAgeHours = SettingRule.EventsMaxAgeHours.Read(vars),
            Voters = (int)SettingRule.Voters.Read(vars),
            Members = (int)SettingRule.Members.Read(vars),
            HeartbeatMs = (int)(SettingRule.HeartbeatMs.Find(vars) ?? UsualHeartbeatMs(electionMs)),
            ElectionMs = electionMs,
            HistoryMaxVersions = (int)SettingRule.HistoryMaxVersions.Read(vars),
            DeadTimeoutMs = (int)SettingRule.DeadTimeoutMs.Read(vars),
            PortsFirst = (int)SettingRule.PortsFirst.Read(vars),
            PortsLast = (int)SettingRule.PortsLast.Read(vars),
            FailoverParallel = (int)SettingRule.FailoverParallel.Read(vars),
        };
    }

    /// <summary>
    /// As seldom as an election timeout allows, since heartbeats are most of what an idle node does, but never below the rule's default:
    /// what is taken as a setting is the same in all versions, and older ones know that number alone.
    /// </summary>
    private static long UsualHeartbeatMs(int electionMs) => Math.Clamp(electionMs / LeastHeartbeats, SettingRule.HeartbeatMs.Default, LongestUsualHeartbeatMs);

    /// <summary>What does not fit together, or null.</summary>
    public string? Problem() => TimingProblem() ?? PortsProblem();

    private string? TimingProblem() => ElectionMs >= LeastHeartbeats * HeartbeatMs
        ? null
        : $"{SettingRule.ElectionMs.Key} ({ElectionMs}) must be at least three times {SettingRule.HeartbeatMs.Key} ({HeartbeatMs}); set both in one command";

    private string? PortsProblem() => PortsFirst <= PortsLast
        ? null
        : $"{SettingRule.PortsFirst.Key} ({PortsFirst}) must not be above {SettingRule.PortsLast.Key} ({PortsLast}); set both in one command";
}
