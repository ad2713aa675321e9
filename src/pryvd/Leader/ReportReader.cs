using Pryv.Internal.V1;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Leader;

/// <summary>Reads reports as they come from the wire: bounded, and of what they say only what can be.</summary>
internal static class ReportReader
{
    /// <summary>A node claims and tells of no more at a time; it has the rest for the next report.</summary>
    public const int MostItems = 10_000;

    /// <summary>As many statuses as a node tells at a time: there may be more that it did not tell.</summary>
    private const int FullStatuses = 500;

    /// <summary>No lease is longer; what says so is no reason to wait for a year.</summary>
    private const long MostHeldMs = 3_600_000;

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(AgentReport report)
    {
        if (report.Statuses.Count > MostItems || report.Claims.Count > MostItems || report.Tags.Count > TagSet.MaxTags || report.RunId.Length > Names.MaxName)
        {
            return $"a report has at most {MostItems} statuses and claims and {TagSet.MaxTags} tags; this one has {report.Statuses.Count}, {report.Claims.Count} and {report.Tags.Count}";
        }

        return TagSet.From(report.Tags).Problem();
    }

    public static NodeReport Read(AgentReport report) => new()
    {
        Node = new NodeId(report.NodeId),
        Run = report.RunId,
        Sequence = report.Sequence,
        Capacity = new NodeCapacity(Math.Max(0, report.Capacity?.CpuMillis ?? 0), Math.Max(0, report.Capacity?.MemoryMb ?? 0)),
        Score = Math.Clamp(report.Score, 0, 100),
        Tags = TagSet.From(report.Tags),
        Differing = [.. report.Statuses.Select(status => new InstanceId(status.Component, status.Ordinal))],
        IsPartial = report.Statuses.Count >= FullStatuses,
        Claims = [.. report.Claims.Select(claim => new Claim(new InstanceId(claim.Component, claim.Ordinal), claim.Generation, claim.HasHeldMs ? TimeSpan.FromMilliseconds(Math.Clamp(claim.HeldMs, 0, MostHeldMs)) : null))],
        Applied = report.Applied,
        Stopping = report.Stopping,
    };

    /// <summary>The statuses that are news: of an assignment that the node holds, and not as recorded.</summary>
    public static List<StatusRecord> News(AgentReport report, ComponentTables running)
    {
        var news = new List<StatusRecord>();
        foreach (var status in report.Statuses)
        {
            if (running.Assignments.Find(new InstanceId(status.Component, status.Ordinal)) is { } held
                && held.Node.Value == report.NodeId && held.Generation == status.Generation && Differs(status, held, running.StatusOf(held)))
            {
                news.Add(status);
            }
        }

        return news;
    }

    private static bool Differs(StatusRecord status, Assignment held, InstanceStatus? recorded) =>
        recorded is null
        || (status.HomeMade && !held.HomeMade)
        || recorded.State.Word() != status.State || recorded.Detail != status.Detail || recorded.SpecVersion != status.SpecVersion || recorded.Restart != status.Restart;
}
