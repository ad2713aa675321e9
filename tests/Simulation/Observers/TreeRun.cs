using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Observers;

namespace Simulation.Observers;

/// <summary>
/// Members and observers in logical time. Raft itself is reduced to what the leader sends and hears, because the simulator
/// proper is for that; who pulls from whom, who is refused, who reports where and what the leader asks is decided by the
/// code that ships.
/// </summary>
internal sealed class TreeRun
{
    private readonly TreeOptions _options;
    private readonly Heart _heart = new();
    private readonly SeededRandom _random;
    private readonly Dictionary<string, TreeNodeState> _nodes = new(StringComparer.Ordinal);
    private readonly List<TreeNode> _known;
    private long _commit = 1;

    public TreeRun(TreeOptions options)
    {
        (_options, _random) = (options, new SeededRandom(options.Seed));
        _known = [.. Enumerable.Range(0, options.Members + options.Observers).Select(NewNode)];
        foreach (var node in _known)
        {
            _nodes[node.Node] = new TreeNodeState(node) { Applied = node.IsMember ? 1 : 0 };
        }

        Leader = _known[0].Node;
        Begin();
    }

    public string Leader { get; set; }

    public TreeNodeState LeaderState => _nodes[Leader];

    public IEnumerable<TreeNodeState> Members => _nodes.Values.Where(n => n.Node.IsMember);

    public IEnumerable<TreeNodeState> Observers => _nodes.Values.Where(n => !n.Node.IsMember);

    public long Now => _heart.Now;

    /// <summary>Whether all that are up have what was committed a moment ago, by way of upstreams that are up.</summary>
    public bool IsCaughtUp => Observers.Where(n => n.IsUp).All(n => DepthOf(n) is not null && n.Applied >= _commit - (TreeOptions.WritesEach * 2));

    public void RunFor(int milliseconds)
    {
        for (var end = Now + milliseconds; Now < end && _heart.Beat();)
        {
        }
    }

    /// <summary>How long it takes until the condition holds; it is looked at ten times a second.</summary>
    public long RunUntil(Func<bool> holds, int atMost)
    {
        var began = Now;
        while (!holds())
        {
            SimulationException.Require(Now - began < atMost, $"after {Now - began} ms it is still not so");
            RunFor(100);
        }

        return Now - began;
    }

    public void Stop(TreeNodeState node)
    {
        node.IsUp = false;
        if (node.Upstream is { } upstream)
        {
            _nodes[upstream].Children.Remove(node.Node.Node);
        }

        node.Children.Clear();
        node.Upstream = null;
    }

    /// <summary>Steps to a member; null in a cycle, or where the way is broken.</summary>
    public int? DepthOf(TreeNodeState node)
    {
        var depth = 0;
        for (var at = node; !at.Node.IsMember; at = _nodes[at.Upstream])
        {
            if (at.Upstream is null || !_nodes[at.Upstream].IsUp || ++depth > _nodes.Count)
            {
                return null;
            }
        }

        return depth;
    }

    /// <summary>How many observers stand so, as the leader knows.</summary>
    public int Standing(ObserverStanding standing) => Observers.Count(o => LeaderState.Board.Of(o.Node.Node) == standing);

    private void Begin()
    {
        Every(TreeOptions.RaftHeartbeat, 0, Replicate);
        Every(1_000, 0, Collect);
        foreach (var node in _nodes.Values)
        {
            Every(TreeOptions.Heartbeat, _random.Next(TreeOptions.Heartbeat), () => Feed(node, isHeartbeat: true));
        }

        foreach (var node in Observers)
        {
            Every(250, _random.Next(250), () => Look(node));
            Every((int)ReportBook.Pace.TotalMilliseconds, _random.Next((int)ReportBook.Pace.TotalMilliseconds), () => Report(node));
        }
    }

    /// <summary>The leader's writes go to the other members as they do in Raft: one message there and one back.</summary>
    private void Replicate()
    {
        _commit++;
        LeaderState.Applied = _commit;
        foreach (var member in Members.Where(m => m.IsUp && m.Node.Node != Leader))
        {
            LeaderState.Count(Costs.RaftMessage + Costs.Entry);
            LeaderState.Count(Costs.RaftMessage);
            _heart.After(TreeOptions.Latency, () => Apply(member, _commit));
        }

        Feed(LeaderState, isHeartbeat: false);
    }

    private void Apply(TreeNodeState node, long upTo)
    {
        if (node.IsUp && upTo > node.Applied)
        {
            node.Applied = upTo;
            Feed(node, isHeartbeat: false);
        }
    }

    /// <summary>What a node has goes to those who pull from it; when nothing is new, a sign of life.</summary>
    private void Feed(TreeNodeState node, bool isHeartbeat)
    {
        if (!node.IsUp)
        {
            return;
        }

        foreach (var child in node.Children.Select(c => _nodes[c]).ToList())
        {
            var (stream, upTo) = (child.Stream, node.Applied);
            node.Count(Costs.Standing + (isHeartbeat ? 0 : Costs.Entry));
            _heart.After(TreeOptions.Latency, () => Take(node, child, stream, upTo));
        }
    }

    private void Take(TreeNodeState from, TreeNodeState child, int stream, long upTo)
    {
        if (child.IsUp && child.Stream == stream && child.Upstream == from.Node.Node)
        {
            child.HeardAt = Now;
            Apply(child, upTo);
        }
    }

    /// <summary>An observer whose upstream is silent leaves it; one that has none takes the next candidate.</summary>
    private void Look(TreeNodeState node)
    {
        if (!node.IsUp)
        {
            return;
        }

        if (node.Upstream is { } upstream && Now - node.HeardAt > TreeOptions.Silence)
        {
            Leave(node, upstream);
        }

        if (node.Upstream is null && node.Choice.Next(Candidates(node), Clock).Upstream is { } next)
        {
            Attach(node, _nodes[next.Node]);
        }
    }

    private IReadOnlyList<TreeNode> Candidates(TreeNodeState node) => UpstreamPlan.Candidates(node.Node.Node, node.Node.Zone, _known, Leader);

    private void Leave(TreeNodeState node, string upstream)
    {
        _nodes[upstream].Children.Remove(node.Node.Node);
        node.Upstream = null;
        node.Choice.Failed(upstream, Clock, _random.NextDouble());
    }

    private void Attach(TreeNodeState node, TreeNodeState upstream)
    {
        upstream.Count(Costs.PullRequest);
        var capacity = TreeShape.Capacity(upstream.Node.Node == Leader, Members.Count());
        var serves = upstream.IsUp && (upstream.Node.IsMember || upstream.Upstream is not null) && upstream.Children.Count < capacity;
        if (!serves)
        {
            node.Choice.Failed(upstream.Node.Node, Clock, _random.NextDouble());
            return;
        }

        upstream.Children.Add(node.Node.Node);
        upstream.MostChildren = Math.Max(upstream.MostChildren, upstream.Children.Count);
        (node.Upstream, node.HeardAt, node.Stream) = (upstream.Node.Node, Now, node.Stream + 1);
        node.Choice.Served(upstream.Node.Node);
        Take(upstream, node, node.Stream, upstream.Applied);
    }

    private void Report(TreeNodeState node)
    {
        var to = ReportRoute.Order(node.Node.Node, node.Node.Zone, [.. _known.Where(n => n.IsMember)], Leader).Select(n => _nodes[n.Node]).FirstOrDefault(n => n.IsUp);
        if (node.IsUp && to is not null)
        {
            to.Count(Costs.Report);
            to.Reports.Take(node.Node.Node, new LogIndex(node.Applied), new LogIndex(to.Applied), Clock);
        }
    }

    private void Collect()
    {
        LeaderState.Board = LeaderState.Board.Only(Members.Where(m => m.IsUp).Select(m => m.Node.Node));
        foreach (var member in Members.Where(m => m.IsUp))
        {
            var changed = member.Reports.Since(LeaderState.Board.VersionOf(member.Node.Node), Clock);
            LeaderState.Board = LeaderState.Board.With(member.Node.Node, member.Reports.Version, changed);
            if (member != LeaderState)
            {
                LeaderState.Count(Costs.CollectRequest);
                LeaderState.Count(Costs.CollectReply + (changed.Count * Costs.ObserverLine));
            }
        }
    }

    private void Every(int pace, int first, Action action)
    {
        void Again()
        {
            action();
            _heart.After(pace, Again);
        }

        _heart.After(first, Again);
    }

    private TimeSpan Clock => TimeSpan.FromMilliseconds(Now);

    private TreeNode NewNode(int number) =>
        new($"{(uint)_random.Next(int.MaxValue):x8}{number:x8}", $"10.0.0.{number}:7411", $"dc{number % _options.Zones}", number < _options.Members);
}
