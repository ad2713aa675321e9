using System.Text;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>When to report, and which report is under way. One at a time: what turns meanwhile goes with the next, right after its answer.</summary>
/// <param name="Sequence">Of the last one that was sent.</param>
/// <param name="SentAtMs">When it was sent, on CLOCK_BOOTTIME: leases count from there.</param>
/// <param name="NextAtMs">When the next one is due.</param>
/// <param name="IntervalMs">What the leader said last.</param>
public sealed record Reporting(long Sequence, bool IsUnderWay, long SentAtMs, long NextAtMs, int IntervalMs, bool IsUrgent, bool IsStopping)
{
    public static readonly Reporting New = new(0, false, 0, 0, 1_000, true, false);

    /// <summary>Most statuses in one report; the others go with the next.</summary>
    public const int MostStatuses = 500;

    private const int LeastIntervalMs = 50;
    private const int MostIntervalMs = 60_000;

    /// <summary>Reports are this far apart, however much turns.</summary>
    private const int LeastGapMs = 20;

    private const int LeastPatienceMs = 500;
    private const int MostPatienceMs = 3_000;

    /// <summary>A report that no leader takes for so long is given up; the next one counts its leases from a later moment.</summary>
    public int PatienceMs => Math.Clamp(2 * IntervalMs, LeastPatienceMs, MostPatienceMs);

    public long DueAtMs => IsUnderWay ? long.MaxValue : IsUrgent ? Math.Min(NextAtMs, SentAtMs + LeastGapMs) : NextAtMs;

    public Reporting Sent(long nowMs) => this with
    {
        Sequence = Sequence + 1, IsUnderWay = true, SentAtMs = nowMs, NextAtMs = nowMs + IntervalMs, IsUrgent = false,
    };

    public Reporting Answered(int intervalMs) => this with
    {
        IsUnderWay = false,
        IntervalMs = intervalMs <= 0 ? IntervalMs : Math.Clamp(intervalMs, LeastIntervalMs, MostIntervalMs),
        NextAtMs = SentAtMs + (intervalMs <= 0 ? IntervalMs : Math.Clamp(intervalMs, LeastIntervalMs, MostIntervalMs)),
    };

    /// <param name="nowMs">CLOCK_BOOTTIME.</param>
    public Reporting Failed(long nowMs) => this with { IsUnderWay = false, NextAtMs = nowMs + Math.Min(IntervalMs, LeastPatienceMs) };

    /// <summary>The report as of now.</summary>
    /// <param name="self">Whose it is.</param>
    /// <param name="measure">Of the machine.</param>
    /// <param name="applied">Index of the orders that are obeyed.</param>
    /// <param name="isListed">What runs is known, so that the ends of leases can be told.</param>
    /// <param name="all">All instances.</param>
    public AgentReport Message(AgentSelf self, NodeMeasure measure, LogIndex applied, bool isListed, IEnumerable<InstanceFacts> all)
    {
        var report = new AgentReport
        {
            NodeId = self.Node.Value,
            RunId = self.RunId,
            Sequence = Sequence,
            Capacity = new Capacity { CpuMillis = measure.CpuMillis, MemoryMb = measure.MemoryMb, DiskFreeMb = measure.DiskFreeMb },
            Score = measure.Score,
            Applied = applied.Value,
            Stopping = IsStopping,
        };
        report.Tags.Add(measure.Tags.ToDictionary());
        var ours = all.Where(f => f.Order is not null).ToList();
        report.Statuses.Add(ours.Where(IsNews).Take(MostStatuses).Select(Record));
        report.Claims.Add(ours.Where(IsClaimed).Select(facts => Claim(facts, isListed)));
        return report;
    }

    /// <summary>What still runs is held until it has ended: it may take its time to stop, and is not given away meanwhile.</summary>
    private static bool IsClaimed(InstanceFacts facts) => facts.Order is { Spec.IsLeased: true } order && (order.Wanted || !facts.IsIdle);

    /// <summary>Where nothing is recorded, pending is what everybody takes for granted.</summary>
    private static bool IsNews(InstanceFacts facts) => facts.Status is { } status && (facts.Recorded is { } recorded
        ? status.State != recorded.State || status.Detail != recorded.Detail || status.SpecVersion != recorded.SpecVersion
            || status.Restart != recorded.Restart || (status.HomeMade && !facts.Order!.HomeMade)
        : status.State != InstanceState.Pending || (status.HomeMade && !facts.Order!.HomeMade));

    private static StatusRecord Record(InstanceFacts facts) => new()
    {
        Component = facts.Instance.Component,
        Ordinal = facts.Instance.Ordinal,
        Generation = facts.Status!.Generation,
        SpecVersion = facts.Status.SpecVersion,
        Restart = facts.Status.Restart,
        State = Words(facts.Status.State),
        Detail = facts.Status.Detail,
        HomeMade = facts.Status.HomeMade,
    };

    private LeaseClaim Claim(InstanceFacts facts, bool isListed)
    {
        var claim = new LeaseClaim { Component = facts.Instance.Component, Ordinal = facts.Instance.Ordinal, Generation = facts.Order!.Generation };
        if (isListed)
        {
            claim.HeldMs = Math.Max(0, facts.HeldUntilMs - SentAtMs);
        }

        return claim;
    }

    /// <summary>The state as records write it: crash_loop.</summary>
    private static string Words(InstanceState state)
    {
        var text = new StringBuilder();
        foreach (var letter in state.ToString())
        {
            text.Append(char.IsUpper(letter) && text.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
