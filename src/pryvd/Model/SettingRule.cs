using System.Globalization;

namespace Pryvd.Model;

/// <summary>
/// One setting: its key, its default and what it may be. A rule may change only behind a newer cluster version, or nodes
/// of two versions would accept different commands.
/// </summary>
public sealed record SettingRule(string Key, long Default, long Minimum, long Maximum, bool OddOnly = false)
{
    public static readonly SettingRule EventsMaxCount = new("pryvd.events.max_count", 100_000, 10, 1_000_000);

    public static readonly SettingRule EventsMaxAgeHours = new("pryvd.events.max_age_hours", 168, 1, 720);

    public static readonly SettingRule Voters = new("pryvd.voters", 3, 3, 5, OddOnly: true);

    public static readonly SettingRule Members = new("pryvd.members", 9, 3, 9);

    /// <summary>Unset, it follows the election timeout (<see cref="Settings.HeartbeatMs"/>); its default is the least that it follows to.</summary>
    public static readonly SettingRule HeartbeatMs = new("pryvd.raft.heartbeat_ms", 50, 10, 5_000) { DefaultText = "a third of pryvd.raft.election_ms, from 50 to 100" };

    public static readonly SettingRule ElectionMs = new("pryvd.raft.election_ms", 300, 100, 60_000);

    public static readonly SettingRule HistoryMaxVersions = new("pryvd.history.max_versions", 100, 1, 1_000);

    public static readonly SettingRule DeadTimeoutMs = new("pryvd.dead_timeout_ms", 5_000, 1_000, 120_000);

    public static readonly SettingRule PortsFirst = new("pryvd.ports.first", 20_000, 1_024, 65_535);

    public static readonly SettingRule PortsLast = new("pryvd.ports.last", 29_999, 1_024, 65_535);

    public static readonly SettingRule FailoverParallel = new("pryvd.failover.parallel", 10, 1, 1_000);

    public static readonly IReadOnlyList<SettingRule> All =
        [EventsMaxCount, EventsMaxAgeHours, Voters, Members, HeartbeatMs, ElectionMs, HistoryMaxVersions, DeadTimeoutMs, PortsFirst, PortsLast, FailoverParallel];

    /// <summary>What is said of a default that is no number.</summary>
    private string? DefaultText { get; init; }

    /// <summary>What is wrong with a write to a key of this kind, or null.</summary>
    public static string? Problem(VarName name, string json, bool secret)
    {
        if (name.Scope != VarScope.Cluster || secret)
        {
            return $"{name.Key} is a setting of the cluster: set it in scope cluster, not as a secret";
        }

        return All.FirstOrDefault(rule => rule.Key == name.Key) is { } rule
            ? rule.Problem(json)
            : $"there is no setting {name.Key}; settings are {string.Join(", ", All.Select(known => known.Key))}";
    }

    public long Read(VarTable vars) => Find(vars) ?? Default;

    /// <summary>What it was set to; null where it was not.</summary>
    public long? Find(VarTable vars) =>
        vars.Find(new VarName(VarScope.Cluster, Key)) is { } set && TryParse(set.Json, out var value) ? value : null;

    private string? Problem(string json) => TryParse(json, out _)
        ? null
        : $"{Key} must be {(OddOnly ? "an odd" : "a whole")} number from {Minimum} to {Maximum} (default {DefaultText ?? Default.ToString(CultureInfo.InvariantCulture)})";

    private bool TryParse(string json, out long value) =>
        long.TryParse(json.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value)
        && value >= Minimum && value <= Maximum && (!OddOnly || value % 2 == 1);
}
