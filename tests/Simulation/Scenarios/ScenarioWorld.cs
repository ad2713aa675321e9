using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Wire;

namespace Simulation.Scenarios;

/// <summary>The members of a scenario, the messages on their way in the order in which they were sent, and what is told of all that.</summary>
internal sealed class ScenarioWorld
{
    private const int MaxMessages = 2000;

    private readonly SortedDictionary<int, ScenarioNode> _nodes = [];
    private readonly List<Message> _mail = [];
    private readonly List<string> _said = [];
    private readonly Dictionary<int, string> _roles = [];
    private readonly Links _links = new();

    public ReplicaOptions Options { get; set; } = new()
    {
        Raft = new RaftOptions { HeartbeatTicks = 1, ElectionTicks = 10 },
        CheckpointEntries = 1000,
        KeepEntries = 0,
        ChunkBytes = 64,
        AutopilotTicks = int.MaxValue,
    };

    public AutopilotPolicy Policy { get; set; } = new() { StableTicks = 3, DeadTicks = 20, CaughtUpEntries = 5 };

    public Links Links => _links;

    public IEnumerable<ScenarioNode> Nodes => _nodes.Values;

    public ScenarioNode this[int number] => _nodes[number];

    public void Add(int number, ReadOnlyMemory<byte> configuration, IReadOnlyList<long> terms, long term) =>
        _nodes[number] = new ScenarioNode(number, this, configuration, terms, term);

    public void Say(string what) => _said.Add(what);

    /// <summary>What was said since the last time.</summary>
    public IReadOnlyList<string> TakeSaid()
    {
        var said = _said.ToList();
        _said.Clear();
        return said;
    }

    public void Post(Message message) => _mail.Add(MessageCodec.Decode(MessageCodec.Encode(message)));

    /// <summary>Says when a member's part has changed.</summary>
    public void Notice(ScenarioNode node)
    {
        if (node.Replica is not { } replica)
        {
            return;
        }

        var role = $"{node.Number} is {replica.Core.Role} in term {replica.Core.Term}";
        if (_roles.GetValueOrDefault(node.Number) != role)
        {
            _roles[node.Number] = role;
            Say(role);
        }
    }

    /// <summary>Delivers until nobody has anything to say.</summary>
    public void Stabilize()
    {
        for (var i = 0; _mail.Count > 0; i++)
        {
            SimulationException.Require(i < MaxMessages, "the members do not come to rest");
            Deliver(0);
        }
    }

    /// <summary>Delivers, or drops, what is on its way from one to another; 0 stands for anybody.</summary>
    public void Deliver(int from, int to, bool drop)
    {
        var count = _mail.Count;
        for (var i = 0; count > 0; count--)
        {
            if (!Is(_mail[i].From, from) || !Is(_mail[i].To, to))
            {
                i++;
            }
            else if (drop)
            {
                Say($"lost: {Describe.Of(_mail[i])}");
                _mail.RemoveAt(i);
            }
            else
            {
                Deliver(i);
            }
        }

        static bool Is(Pryv.Consensus.MemberId id, int number) => number == 0 || id.Value == (ulong)number;
    }

    private void Deliver(int position)
    {
        var message = _mail[position];
        _mail.RemoveAt(position);
        var reaches = _links.Reaches((int)message.From.Value, (int)message.To.Value);
        if (!reaches || !_nodes.TryGetValue((int)message.To.Value, out var node) || node.Replica is null)
        {
            Say($"lost: {Describe.Of(message)}");
            return;
        }

        Say(Describe.Of(message));
        node.Step(new ReplicaEvent.Received(message));
    }
}
