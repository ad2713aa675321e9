namespace Pryvd.Model;

/// <summary>The cluster's settings: variables in scope cluster whose key starts with <c>pryvd.</c>, or their defaults.</summary>
public sealed record Settings
{
    public const string Prefix = "pryvd.";

    public static readonly Settings Default = From(VarTable.Empty);

    /// <summary>How many events are kept.</summary>
    public required long EventsMaxCount { get; init; }

    /// <summary>How long an event is kept at most, in hours.</summary>
    public required long EventsMaxAgeHours { get; init; }

    /// <summary>How many voters the cluster aims at.</summary>
    public required int Voters { get; init; }

    /// <summary>How many nodes are in Raft's configuration, voters and candidates; the others observe.</summary>
    public required int Members { get; init; }

    public required int HeartbeatMs { get; init; }

    /// <summary>The shortest election timeout; the longest is twice that.</summary>
    public required int ElectionMs { get; init; }

    /// <summary>How many versions of each variable are kept.</summary>
    public required int HistoryMaxVersions { get; init; }

    public static Settings From(VarTable vars) => new()
    {
        EventsMaxCount = SettingRule.EventsMaxCount.Read(vars),
        EventsMaxAgeHours = SettingRule.EventsMaxAgeHours.Read(vars),
        Voters = (int)SettingRule.Voters.Read(vars),
        Members = (int)SettingRule.Members.Read(vars),
        HeartbeatMs = (int)SettingRule.HeartbeatMs.Read(vars),
        ElectionMs = (int)SettingRule.ElectionMs.Read(vars),
        HistoryMaxVersions = (int)SettingRule.HistoryMaxVersions.Read(vars),
    };

    /// <summary>What does not fit together, or null.</summary>
    public string? Problem() => ElectionMs >= 3 * HeartbeatMs
        ? null
        : $"{SettingRule.ElectionMs.Key} ({ElectionMs}) must be at least three times {SettingRule.HeartbeatMs.Key} ({HeartbeatMs}); set both in one command";
}
