using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus.Observers;

namespace Pryvd.Tests.Observers;

/// <summary>The tree of observers (design.md 5, G3): no cycle whoever knows what, a short way to a member, room for all, near before far.</summary>
public sealed class UpstreamPlanTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static Arbitrary<(TreeNode[] Nodes, int Seed)> Clusters() =>
        (from members in Gen.Choose(1, 9)
         from observers in Gen.Frequency((4, Gen.Choose(0, 60)), (1, Gen.Choose(200, 1200)))
         from zones in Gen.Choose(1, 4)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (Make(members, observers, zones, seed), seed)).ToArbitrary();

    [Fact]
    public void There_is_no_cycle_even_when_each_goes_by_another_list_and_takes_any_candidate() => Prop.ForAll(Clusters(), c =>
    {
        var random = new Random(c.Seed);
        var upstream = new Dictionary<string, string>();
        foreach (var node in Observers(c.Nodes))
        {
            var known = c.Nodes.Where(n => n.IsMember || random.Next(3) > 0).ToList();
            var candidates = UpstreamPlan.Candidates(node.Node, node.Zone, known, Leader(c));
            upstream[node.Node] = candidates[random.Next(candidates.Count)].Node;
        }

        return Observers(c.Nodes).All(n => StepsToMember(n.Node, upstream, c.Nodes) is not null);
    }).Check(Thorough);

    [Fact]
    public void Every_candidate_leads_at_least_one_level_up_so_the_way_is_short_whichever_is_taken() => Prop.ForAll(Clusters(), c =>
    {
        var random = new Random(c.Seed);
        var upstream = new Dictionary<string, string>();
        foreach (var node in Observers(c.Nodes))
        {
            var candidates = UpstreamPlan.Candidates(node.Node, node.Zone, c.Nodes, Leader(c));
            upstream[node.Node] = candidates[random.Next(candidates.Count)].Node;
        }

        return Observers(c.Nodes).All(n => StepsToMember(n.Node, upstream, c.Nodes) <= Levels(n.Zone, c.Nodes));
    }).Check(Thorough);

    [Fact]
    public void All_find_room_when_each_takes_the_first_that_has_it_and_no_observer_is_planned_for_more_than_half() => Prop.ForAll(Clusters(), c =>
    {
        var children = new Dictionary<string, int>();
        var members = c.Nodes.Count(n => n.IsMember);
        foreach (var node in Observers(c.Nodes))
        {
            var candidates = UpstreamPlan.Candidates(node.Node, node.Zone, c.Nodes, Leader(c));
            var taken = candidates.FirstOrDefault(n => children.GetValueOrDefault(n.Node) < TreeShape.Capacity(n.Node == Leader(c), members));
            if (taken is null)
            {
                return false;
            }

            children[taken.Node] = children.GetValueOrDefault(taken.Node) + 1;
        }

        return Observers(c.Nodes).All(n => children.GetValueOrDefault(n.Node) <= TreeShape.PlannedChildren);
    }).Check(Thorough);

    [Fact]
    public void Members_are_the_last_resort_and_the_leader_the_last_of_those_nearby() => Prop.ForAll(Clusters(), c =>
        Observers(c.Nodes).All(node =>
        {
            var candidates = UpstreamPlan.Candidates(node.Node, node.Zone, c.Nodes, Leader(c));
            var nearby = candidates.Where(n => n.IsMember && n.Zone == node.Zone).ToList();
            return candidates.Count is > 0 and <= UpstreamPlan.MaxCandidates
                && candidates.SkipWhile(n => !n.IsMember).All(n => n.IsMember)
                && candidates.Where(n => !n.IsMember).All(n => n.Zone == node.Zone)
                && nearby.SkipWhile(n => n.Node != Leader(c)).Count() <= 1
                && candidates.Where(n => n.IsMember).Take(nearby.Count).SequenceEqual(nearby);
        })).Check(Thorough);

    [Fact]
    public void A_change_of_leader_moves_only_those_who_pull_from_members()
    {
        var nodes = Make(3, 1000, 1, 7);
        var members = nodes.Where(n => n.IsMember).ToList();
        var moved = Observers(nodes).Count(n => First(n, members[0].Node) != First(n, members[1].Node));

        Assert.InRange(moved, 1, TreeShape.TopWidth(3));

        string First(TreeNode node, string leader) => UpstreamPlan.Candidates(node.Node, node.Zone, nodes, leader)[0].Node;
    }

    private static string Leader((TreeNode[] Nodes, int Seed) cluster) => cluster.Nodes.First(n => n.IsMember).Node;

    private static IEnumerable<TreeNode> Observers(TreeNode[] nodes) => nodes.Where(n => !n.IsMember);

    private static int Levels(string zone, TreeNode[] nodes)
    {
        var top = TreeShape.TopWidth(nodes.Count(n => n.IsMember && n.Zone == zone));
        var observers = nodes.Count(n => !n.IsMember && n.Zone == zone);
        return TreeShape.LevelOf(observers - 1, top).Level + 1;
    }

    private static int? StepsToMember(string node, Dictionary<string, string> upstream, TreeNode[] nodes)
    {
        var steps = 0;
        while (upstream.TryGetValue(node, out var next) && steps <= nodes.Length)
        {
            (node, steps) = (next, steps + 1);
        }

        return nodes.Any(n => n.IsMember && n.Node == node) ? steps : null;
    }

    private static TreeNode[] Make(int members, int observers, int zones, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, members + observers).Select(i =>
            new TreeNode(random.NextInt64().ToString("x16", null), $"10.0.0.{i}:7411", $"dc{random.Next(zones)}", i < members))];
    }
}
