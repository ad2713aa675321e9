namespace Pryv.Consensus.Observers;

/// <summary>To which voter an observer reports: one of its own datacenter rather than one afar, any rather than the leader, and always the same one, so that its connection stays warm.</summary>
public static class ReportRoute
{
    public static IReadOnlyList<TreeNode> Order(string self, string zone, IReadOnlyCollection<TreeNode> voters, string? leader) =>
        [.. UpstreamPlan.Candidates(self, zone, [.. voters.Select(v => v with { IsMember = true })], leader)];
}
