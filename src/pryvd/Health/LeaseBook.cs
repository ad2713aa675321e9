using System.Collections.Immutable;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Health;

/// <summary>
/// The leader's book of leases (invariant 7, H4). An instance whose lease may still be good is not given away. What former leaders
/// granted is not known here: it has ended once this leader has led for as long as a lease can be good.
/// </summary>
public sealed record LeaseBook
{
    private LeaseBook(TimeSpan ledSince) => LedSince = ledSince;

    /// <summary>When this leader had committed an entry of its own.</summary>
    public TimeSpan LedSince { get; }

    private ImmutableDictionary<InstanceId, Lease> Leases { get; init; } = ImmutableDictionary<InstanceId, Lease>.Empty;

    public static LeaseBook Begin(TimeSpan now) => new(now);

    public Lease? Find(InstanceId instance) => Leases.GetValueOrDefault(instance);

    public int Count => Leases.Count;

    /// <summary>A grant for a report that came in at <paramref name="receivedAt"/>. No grant makes a lease shorter.</summary>
    public LeaseBook Grant(Claim claim, NodeReport report, TimeSpan receivedAt, TimeSpan ttl)
    {
        var until = receivedAt + HealthTiming.WaitFor(ttl);
        var before = Find(claim.Instance);
        var lease = new Lease(claim.Generation, report.Run, report.Sequence, before is null || until > before.Until ? until : before.Until);
        return this with { Leases = Leases.SetItem(claim.Instance, lease) };
    }

    /// <summary>
    /// The holder itself, later than its grant, says for how long it can go on: what a planned stop was given and nobody needs any more is
    /// over by then. A report of another run says nothing, it may be older; nor does one that was sent before the last grant came.
    /// </summary>
    public LeaseBook Hold(NodeReport report, TimeSpan receivedAt)
    {
        var shorter = report.Claims
            .Where(claim => claim.Held is { } held && Find(claim.Instance) is { } lease && lease.Generation == claim.Generation
                && lease.Run == report.Run && lease.Sequence < report.Sequence && receivedAt + HealthTiming.WaitFor(held) < lease.Until)
            .Select(claim => KeyValuePair.Create(claim.Instance, Find(claim.Instance)! with { Until = receivedAt + HealthTiming.WaitFor(claim.Held!.Value) }))
            .ToList();
        return shorter.Count == 0 ? this : this with { Leases = Leases.SetItems(shorter) };
    }

    /// <summary>
    /// The holder itself, later than its grant, having read that it shall not run the instance, does not claim it: the lease has ended.
    /// A report of another run says nothing, it may be older.
    /// </summary>
    public LeaseBook Release(NodeReport report, AssignmentTable assignments)
    {
        var claimed = report.Claims.Select(claim => claim.Instance).ToHashSet();
        var given = assignments.On(report.Node).Where(assignment =>
            !assignment.Wanted && report.Applied >= assignment.Changed.Value && !claimed.Contains(assignment.Instance)
            && Find(assignment.Instance) is { } lease && lease.Run == report.Run && lease.Sequence < report.Sequence);
        return this with { Leases = Leases.RemoveRange(given.Select(assignment => assignment.Instance)) };
    }

    /// <summary>Whether nobody can run the instance under a lease any more.</summary>
    /// <param name="grace">Of the node that has it: a former leader may have granted that much more.</param>
    /// <param name="freshAsOf">The state that is decided from holds all that was committed before this moment.</param>
    public bool HasEnded(InstanceId instance, HealthTiming timing, TimeSpan grace, TimeSpan freshAsOf) =>
        freshAsOf >= LedSince + HealthTiming.WaitFor(timing.LongestLease + grace) && (Find(instance) is not { } lease || freshAsOf >= lease.Until);

    /// <summary>Drops what has ended; the book is as large as the number of leases that are good.</summary>
    public LeaseBook Prune(TimeSpan freshAsOf) =>
        this with { Leases = Leases.RemoveRange(Leases.Where(item => item.Value.Until <= freshAsOf).Select(item => item.Key)) };
}
