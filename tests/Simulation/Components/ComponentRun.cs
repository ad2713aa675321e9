using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Internal.V1;
using Pryvd.Leader;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Simulation.Components;

/// <summary>A cluster of real overseers and agents under faults, from one seed; time is in milliseconds.</summary>
internal sealed class ComponentRun
{
    private const int ElectionMs = 600;

    private readonly SeededRandom _random;
    private readonly Dictionary<(int Node, long Ticket), Action<AgentReportReply?>> _tickets = [];
    private readonly Dictionary<(int Leader, string Node), (string Run, long Sequence, long At)> _heard = [];
    private readonly HashSet<(int From, int To)> _cuts = [];
    private readonly List<string> _notes = [];
    private SimNode? _leader;
    private long _noQuorumSince = -1;
    private long _lastTicket;
    private int _looked;

    /// <param name="drift">Each clock is off by at most this share.</param>
    /// <param name="isCalm">Reports are neither lost nor very late.</param>
    public ComponentRun(ulong seed, int nodes, double drift, bool isCalm = false)
    {
        (_random, IsCalm) = (new SeededRandom(seed), isCalm);
        Found(nodes);
        Nodes = [.. Enumerable.Range(1, nodes).Select(i => new SimNode(this, i, 1 + (Drift() * drift)))];
        foreach (var node in Nodes)
        {
            node.Start();
            node.Apply(State.Last);
        }
    }

    public bool IsCalm { get; set; }

    public Heart Heart { get; } = new();

    public ReplicatedState State { get; } = new();

    public IReadOnlyList<SimNode> Nodes { get; }

    public SimNode? Leader => _leader;

    public int Starts { get; private set; }

    /// <summary>From -1 to 1; the ends are where margins are spent.</summary>
    private double Drift() => _random.Next(2) == 0 ? (_random.Next(2) * 2) - 1 : (_random.NextDouble() * 2) - 1;

    public IEnumerable<string> Notes => _notes;

    /// <summary>At most that long, at least one millisecond.</summary>
    public int Delay(int most) => 1 + _random.Next(most);

    public int Next(int exclusive) => _random.Next(exclusive);

    public void Note(string what)
    {
        Starts += what.Contains(" starts ", StringComparison.Ordinal) ? 1 : 0;
        _notes.Add($"{Heart.Now,7} {what}");
    }

    public void Cut(SimNode from, SimNode to) => _cuts.Add((from.Number, to.Number));

    public void HealLinks() => _cuts.Clear();

    /// <summary>Whether a quorum answers the node as its leader now.</summary>
    public bool Leads(SimNode node) => node == _leader && node.ThinksItLeads && HasQuorum(node);

    public (LogIndex Index, CommandReply Reply) Commit(CommandEnvelope command)
    {
        var committed = State.Commit(command, 1_800_000_000_000 + Heart.Now);
        foreach (var node in Nodes)
        {
            Spread(node, committed.Index);
        }

        return committed;
    }

    /// <summary>A report goes to whom its node takes for the leader: the present one, or one that does not know yet that it was deposed.</summary>
    public void Send(SimNode from, AgentReport report, Action<AgentReportReply?> answer)
    {
        var leaders = Nodes.Where(node => node.ThinksItLeads).ToList();
        var to = leaders.Count == 0 ? null : leaders[_random.Next(leaders.Count)];
        if (to is null || !Reaches(from, to) || (!IsCalm && _random.Next(50) == 0))
        {
            return;
        }

        var copy = AgentReport.Parser.ParseFrom(report.ToByteArray());
        Heart.After(from == to ? 1 : Delay(!IsCalm && _random.Next(20) == 0 ? 2_000 : 20), () =>
        {
            if (to.IsUp && !to.IsFrozen)
            {
                Hear(to, copy);
                _tickets[(to.Number, ++_lastTicket)] = reply => Return(to, from, reply, answer);
                to.ToOverseer(new OverseerEvent.Reported(_lastTicket, copy));
            }
        });
    }

    public void Answer(SimNode leader, long ticket, AgentReportReply? reply)
    {
        if (_tickets.Remove((leader.Number, ticket), out var answer))
        {
            answer(reply);
        }
    }

    /// <summary>Lets time pass, a millisecond at a time, and looks after each whether a promise was broken.</summary>
    public void Pass(long ms)
    {
        for (var end = Heart.Now + ms; Heart.Now < end;)
        {
            var isDue = false;
            Heart.After(1, () => isDue = true);
            while (!isDue)
            {
                Heart.Beat();
            }

            foreach (var node in Nodes)
            {
                node.Tick();
            }

            Elect();
            RequireOne();
        }
    }

    /// <summary>H2: nobody is called dead but by a leader that has led, and heard nothing of the node, for the dead timeout on its own clock.</summary>
    public void RequireSilence(SimNode leader, ChangeNodeState? verdict)
    {
        if (verdict?.To != NodeState.Dead.Word())
        {
            return;
        }

        var silence = (Heart.Now - Math.Max(_heard.GetValueOrDefault((leader.Number, verdict.Node)).At, leader.LedSince)) * leader.Rate;
        SimulationException.Require(silence >= State.At(leader.Applied).Settings.DeadTimeoutMs - 1, $"n{leader.Number} calls {verdict.Node} dead after {silence:F0} ms");
    }

    public IEnumerable<SimNode> Running(InstanceId instance) => Nodes.Where(node => node.Guard.Alive.Any(run => run.Instance == instance));

    public void Put(ComponentSpec spec) => Commit(new CommandEnvelope
    {
        Cause = "test",
        PutComponent = new PutComponent { Writes = { new ComponentWrite { Name = spec.Name, SpecJson = SpecJson.Write(spec) } } },
    });

    public void SetState(SimNode node, NodeState from, NodeState to) => Commit(new CommandEnvelope
    {
        Cause = "test",
        ChangeNodeState = new ChangeNodeState { Node = node.Id.Value, From = from.Word(), To = to.Word() },
    });

    public void SetDeadTimeout(int ms) => Commit(new CommandEnvelope
    {
        Cause = "test",
        SetVars = new SetVars { Writes = { new VarWrite { Scope = "cluster", Key = "pryvd.dead_timeout_ms", Json = $"{ms}" } } },
    });

    /// <summary>H4, invariant 7: never two of an exclusive instance at a time, leased or at home. A machine that stands still runs nothing.</summary>
    private void RequireOne()
    {
        // There can be two where there were not only after a start, or when a machine goes on.
        var looked = Nodes.Sum(node => node.Guard.Starts + (node.IsFrozen ? 0 : 1_000_000));
        if (looked == _looked)
        {
            return;
        }

        _looked = looked;
        foreach (var held in State.Newest.Running.Assignments.All.Where(held => held.Spec.Exclusive))
        {
            var running = Running(held.Instance).Where(node => !node.IsFrozen).ToList();
            SimulationException.Require(running.Count <= 1, $"{held.Instance} runs on {string.Join(" and ", running.Select(node => $"n{node.Number}"))}");
        }
    }

    /// <summary>What comes late, after a later one of the same life, says nothing of now.</summary>
    private void Hear(SimNode leader, AgentReport report)
    {
        var known = _heard.GetValueOrDefault((leader.Number, report.NodeId));
        if (known.Run != report.RunId || known.Sequence < report.Sequence)
        {
            _heard[(leader.Number, report.NodeId)] = (report.RunId, report.Sequence, Heart.Now);
        }
    }

    private bool Reaches(SimNode from, SimNode to) => from == to || !_cuts.Contains((from.Number, to.Number));

    private bool HasQuorum(SimNode node) =>
        node.IsUp && !node.IsFrozen && Nodes.Count(other => other.IsUp && !other.IsFrozen && Reaches(node, other) && Reaches(other, node)) * 2 > Nodes.Count;

    private void Return(SimNode from, SimNode to, AgentReportReply? reply, Action<AgentReportReply?> answer) => Heart.After(from == to ? 1 : Delay(20), () =>
    {
        if (Reaches(from, to) && to.IsUp)
        {
            answer(reply);
        }
    });

    private void Spread(SimNode node, LogIndex index) => Heart.After(Delay(50), () =>
    {
        if (node.IsUp && _leader is { } leader && !Reaches(leader, node))
        {
            Heart.After(200, () => Spread(node, index));
        }
        else if (node.IsStalled || node.IsFrozen || !node.IsUp)
        {
            Heart.After(200, () => Spread(node, index));
        }
        else
        {
            node.Apply(index);
        }
    });

    /// <summary>A leader without a quorum is replaced; it learns of that late, or when it hears of the next one.</summary>
    private void Elect()
    {
        if (_leader is { ThinksItLeads: true } && HasQuorum(_leader))
        {
            _noQuorumSince = -1;
            return;
        }

        if (_noQuorumSince < 0)
        {
            _noQuorumSince = Heart.Now;
        }

        if (Heart.Now - _noQuorumSince < ElectionMs || Nodes.Where(node => HasQuorum(node) && !node.IsStalled).ToList() is not { Count: > 0 } able)
        {
            return;
        }

        Depose();
        _leader = able[_random.Next(able.Count)];
        _noQuorumSince = -1;
        Note($"n{_leader.Number} leads");
        _leader.Lead();
    }

    private void Depose()
    {
        if (_leader is { } deposed)
        {
            Heart.After(Delay(8_000), () =>
            {
                if (deposed != _leader && deposed.ThinksItLeads)
                {
                    deposed.StepDown();
                }
            });
        }
    }

    private void Found(int nodes)
    {
        State.Commit(new CommandEnvelope { BootstrapCluster = new BootstrapCluster { ClusterId = "c", Name = "c", Node = Record(1), AuthorityCertificate = ByteString.CopyFromUtf8("a"), WrappedKeys = ByteString.CopyFromUtf8("w"), RecoveryPublicKey = ByteString.CopyFromUtf8("r"), ClusterVersion = 1 } }, 1);
        for (var i = 2; i <= nodes; i++)
        {
            var hash = ByteString.CopyFrom(Enumerable.Repeat((byte)i, 32).ToArray());
            State.Commit(new CommandEnvelope { CreateToken = new CreateToken { Id = $"t{i}", Hash = hash, Role = "auto", ExpiresMs = 3_600_000 } }, 1);
            State.Commit(new CommandEnvelope { AdmitNode = new AdmitNode { TokenId = $"t{i}", TokenHash = hash, Node = Record(i) } }, 1);
            State.Commit(new CommandEnvelope { ChangeNodeState = new ChangeNodeState { Node = $"id-n{i}", From = "commissioning", To = "ready" } }, 1);
        }

        SimulationException.Require(State.Newest.Nodes.Living.Count(node => node.State == NodeState.Ready) == nodes, "the cluster was not founded");
    }

    private static NodeRecord Record(int number) => new()
    {
        Id = $"id-n{number}",
        Name = $"n{number}",
        Address = $"10.0.0.{number}:7411",
        Member = number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Datacenter = "dc1",
        Role = "auto",
        Version = "0.1.0",
        CommandVersion = 1,
        SealingKey = ByteString.CopyFromUtf8("s"),
        Certificate = new CertificateRecord { Serial = "c0" + number, KeyHash = ByteString.CopyFrom(Enumerable.Repeat((byte)number, 32).ToArray()), Der = ByteString.CopyFromUtf8("d"), NotAfterMs = 9_000_000_000_000 },
    };
}
