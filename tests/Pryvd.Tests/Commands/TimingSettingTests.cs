using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Model;

namespace Pryvd.Tests.Commands;

/// <summary>M2: how often a leader is heard of, set or not; what is taken as a setting is the same in all versions.</summary>
public sealed class TimingSettingTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private static readonly Arbitrary<(int? HeartbeatMs, int? ElectionMs)> Timings = (
        from heartbeat in Maybe(10, 5_000)
        from election in Maybe(100, 60_000)
        select (heartbeat, election)).ToArbitrary();

    /// <summary>The rule as the first version had it: unset, a heartbeat was 50 ms and an election timeout 300.</summary>
    [Fact]
    public void What_is_taken_is_what_the_first_version_took() => Prop.ForAll(Timings, set =>
        (Of(set).Problem() is null) == ((set.ElectionMs ?? 300) >= 3 * (set.HeartbeatMs ?? 50))).Check(Thorough);

    [Fact]
    public void An_unset_heartbeat_is_as_seldom_as_three_fit_an_election_timeout_but_not_below_50_or_above_100_ms() => Prop.ForAll(Timings, set =>
        Of(set).HeartbeatMs == (set.HeartbeatMs ?? ((set.ElectionMs ?? 300) switch { < 150 => 50, >= 300 => 100, var election => election / 3 }))).Check(Thorough);

    /// <summary>Unset, close to where the rules change, or anything.</summary>
    private static Gen<int?> Maybe(int least, int most) => Gen.OneOf(
        Gen.Constant((int?)null),
        Gen.Choose(least, Math.Min(most, 400)).Select(ms => (int?)ms),
        Gen.Choose(least, most).Select(ms => (int?)ms));

    private static Settings Of((int? HeartbeatMs, int? ElectionMs) set)
    {
        var vars = VarTable.Empty;
        foreach (var (rule, ms) in new[] { (SettingRule.HeartbeatMs, set.HeartbeatMs), (SettingRule.ElectionMs, set.ElectionMs) })
        {
            vars = ms is { } value ? vars.Put(Item(rule.Key, value)) : vars;
        }

        return Settings.From(vars);
    }

    private static ExtraVar Item(string key, int value) => new()
    {
        Name = new VarName(VarScope.Cluster, key),
        Value = Utf8Text.From(value.ToString(CultureInfo.InvariantCulture)),
        Sealed = ByteString.Empty,
        Deleted = false,
        Version = 1,
        OldestVersion = 1,
        Index = new LogIndex(1),
        TimeMs = 0,
        Actor = new Actor("test", 0, 0),
    };
}
