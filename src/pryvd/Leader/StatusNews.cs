using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Leader;

/// <summary>
/// What nodes said of their instances and is not recorded yet: of each node what it said last. Nodes are served in the order in which they came
/// to say something, so that no flood keeps one from being heard.
/// </summary>
internal sealed class StatusNews
{
    private readonly Dictionary<NodeId, IReadOnlyList<StatusRecord>> _byNode = [];
    private readonly Queue<NodeId> _turns = [];
    private readonly HashSet<NodeId> _inTurn = [];

    public void Put(NodeId node, IReadOnlyList<StatusRecord> news)
    {
        if (news.Count == 0)
        {
            _byNode.Remove(node);
            return;
        }

        _byNode[node] = news;
        if (_inTurn.Add(node))
        {
            _turns.Enqueue(node);
        }
    }

    /// <summary>The news of as many nodes as there is room for; null when there are none. Of one node with more than that the rest comes with its next report.</summary>
    public RecordStatuses? Take(int most)
    {
        var command = new RecordStatuses();
        var left = most;
        while (_turns.TryPeek(out var node))
        {
            var news = _byNode.GetValueOrDefault(node, []);
            if (news.Count > left && left < most)
            {
                break;
            }

            _turns.Dequeue();
            _inTurn.Remove(node);
            if (_byNode.Remove(node))
            {
                command.Nodes.Add(new NodeStatuses { NodeId = node.Value, Statuses = { news.Take(left) } });
                left -= Math.Min(news.Count, left);
            }
        }

        return command.Nodes.Count == 0 ? null : command;
    }

    public void Clear()
    {
        _byNode.Clear();
        _turns.Clear();
        _inTurn.Clear();
    }
}
