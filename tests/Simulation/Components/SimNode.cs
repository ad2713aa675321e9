using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Leader;
using Pryvd.Model;

namespace Simulation.Components;

/// <summary>One machine: its clock, its guard, and, while its daemon is up, the real agent and the real overseer.</summary>
internal sealed class SimNode
{
    private const int MeasuredMs = 20;

    private readonly ComponentRun _run;
    private AgentMemory _memory = AgentMemory.Empty;
    private AgentCore? _agent;
    private Overseer? _overseer;
    private int _life;
    private long _nextTick;

    public SimNode(ComponentRun run, int number, double rate) => (_run, Number, Rate, Id) = (run, number, rate, new NodeId($"id-n{number}"));

    public int Number { get; }

    /// <summary>How fast its clock goes.</summary>
    public double Rate { get; }

    public NodeId Id { get; }

    public SimGuard Guard { get; } = new();

    public bool IsUp => _agent is not null;

    /// <summary>The whole machine stands still for now: daemon, guard and instances.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Its replica applies nothing for now.</summary>
    public bool IsStalled { get; set; }

    public LogIndex Applied { get; private set; } = LogIndex.Zero;

    /// <summary>When it began to lead, the last time.</summary>
    public long LedSince { get; private set; }

    /// <summary>It takes itself for the leader.</summary>
    public bool ThinksItLeads { get; private set; }

    private long BootMs => 1_000_000 + (long)(_run.Heart.Now * Rate);

    private TimeSpan Monotonic => TimeSpan.FromMilliseconds(_run.Heart.Now * Rate);

    /// <summary>The daemon starts; what runs is found again.</summary>
    public void Start()
    {
        _life++;
        _agent = new AgentCore(new AgentSelf(Id, $"{Id}-{_life}", $"n{Number}", "dc1", "10.0.0.1", "/s", new AgentPaths("/d")), _memory);
        _overseer = new Overseer(Id);
        ToAgent(new AgentEvent.Measured(new NodeMeasure(4_000, 8_000, 1, 100, new Dictionary<string, string>())));
        Follow();
    }

    public void KillDaemon() => (_agent, _overseer, ThinksItLeads) = (null, null, false);

    /// <summary>The daemon is stopped as planned, and starts again after a while; a stop that nobody answers is a stop all the same.</summary>
    public void RestartAsPlanned(int awayMs)
    {
        ToAgent(new AgentEvent.StopPlanned());
        Later(_run.IsCalm ? 3_000 : _run.Delay(3_000), () =>
        {
            KillDaemon();
            _run.Note($"n{Number} is stopped as planned for {awayMs} ms");
            _run.Heart.After(awayMs, () =>
            {
                if (!IsUp)
                {
                    Start();
                }
            });
        });
    }

    public void CutPower()
    {
        KillDaemon();
        Guard.Clear();
    }

    public void Lead()
    {
        (ThinksItLeads, LedSince) = (true, _run.Heart.Now);
        Applied = _run.State.Last;
        Follow();
        ToOverseer(new OverseerEvent.Led(_run.State.At(Applied), Applied, Epoch.First));
    }

    public void StepDown()
    {
        ThinksItLeads = false;
        ToOverseer(new OverseerEvent.Lost());
    }

    /// <summary>The replica catches up to an index.</summary>
    public void Apply(LogIndex index)
    {
        if (IsUp && !IsStalled && !IsFrozen && index > Applied)
        {
            Applied = index;
            Follow();
        }
    }

    /// <summary>One millisecond of this machine.</summary>
    public void Tick()
    {
        if (IsFrozen)
        {
            return;
        }

        foreach (var ended in Guard.Fence(BootMs))
        {
            ToAgent(new AgentEvent.RunEnded(ended));
        }

        if (_agent is { } agent && agent.NextWakeBootMs <= BootMs)
        {
            ToAgent(new AgentEvent.Tick());
        }

        if (_overseer is not null && ThinksItLeads && _run.Heart.Now >= _nextTick)
        {
            _nextTick = _run.Heart.Now + 100;
            ToOverseer(new OverseerEvent.Tick());
        }
    }

    public void ToAgent(AgentEvent happened)
    {
        if (_agent is not { } agent)
        {
            return;
        }

        foreach (var effect in agent.Step(happened, BootMs))
        {
            Do(effect);
        }
    }

    public void ToOverseer(OverseerEvent happened)
    {
        if (_overseer is not { } overseer)
        {
            return;
        }

        foreach (var effect in overseer.Step(happened, Monotonic))
        {
            Do(effect);
        }
    }

    private void Follow()
    {
        ToAgent(new AgentEvent.OrdersChanged(Orders.Of(_run.State.At(Applied), Id, Epoch.First, Applied)));
        ToOverseer(new OverseerEvent.Changed(_run.State.At(Applied), Applied));
    }

    /// <summary>Something of this life of the daemon, later; a machine that stands still does it when it goes on.</summary>
    private void Later(int ms, Action action)
    {
        var life = _life;
        _run.Heart.After(ms, () =>
        {
            if (IsFrozen)
            {
                Later(10, action);
            }
            else if (life == _life && IsUp)
            {
                action();
            }
        });
    }

    private void Do(AgentEffect effect)
    {
        switch (effect)
        {
            case AgentEffect.Remember remember: _memory = remember.Memory; break;
            case AgentEffect.ListRuns: Later(_run.Delay(5), () => ToAgent(new AgentEvent.RunsListed(Guard.All))); break;
            case AgentEffect.MakeVersion make: Later(_run.Delay(20), () => ToAgent(new AgentEvent.VersionMade(make.Key))); break;
            case AgentEffect.MakeFolder make: Later(_run.Delay(5), () => ToAgent(new AgentEvent.FolderMade(make.Assignment.Instance, make.Assignment.Generation))); break;
            case AgentEffect.Start start: Later(_run.Delay(10), () => Begin(start.Order)); break;
            case AgentEffect.Stop stop: Later(_run.Delay(3_000), () => End(stop)); break;
            case AgentEffect.SetLease lease: Later(_run.Delay(20), () => Guard.SetLease(lease.Instance, lease.Run, lease.LeaseEndBootMs)); break;
            case AgentEffect.ShortenLease lease: Later(_run.Delay(20), () => Guard.ShortenLease(lease.Instance, lease.Run, lease.LeaseEndBootMs)); break;
            case AgentEffect.Forget forget: Guard.Forget(forget.Instance, forget.Run); break;
            case AgentEffect.Watch watch: Later(MeasuredMs, () => ToAgent(new AgentEvent.CheckTurned(watch.Run.Instance, watch.Run.Run, true, ""))); break;
            case AgentEffect.Report report: Report(report); break;
        }
    }

    private void Begin(StartOrder order)
    {
        var run = Guard.Start(order, BootMs);
        _run.Note($"n{Number} starts {order.Instance} generation {order.Generation}");
        ToAgent(new AgentEvent.Started(run));
    }

    private void End(AgentEffect.Stop stop)
    {
        if (Guard.End(stop.Instance, stop.Run, RunEndCause.Stopped, BootMs) is { } ended)
        {
            ToAgent(new AgentEvent.RunEnded(ended));
        }
    }

    private void Report(AgentEffect.Report report)
    {
        var sequence = report.Message.Sequence;
        var isAnswered = false;
        Later(report.PatienceMs, () =>
        {
            if (!isAnswered)
            {
                isAnswered = true;
                ToAgent(new AgentEvent.ReportFailed(sequence));
            }
        });
        _run.Send(this, report.Message, reply => Later(1, () =>
        {
            if (!isAnswered)
            {
                isAnswered = true;
                ToAgent(reply is null ? new AgentEvent.ReportFailed(sequence) : new AgentEvent.ReportAnswered(sequence, reply));
            }
        }));
    }

    private void Do(OverseerEffect effect)
    {
        switch (effect)
        {
            case OverseerEffect.Confirm confirm: Later(_run.Delay(20), () => Confirm(confirm.Round)); break;
            case OverseerEffect.Propose propose:
                _run.RequireSilence(this, propose.Command.ChangeNodeState);
                Later(_run.Delay(!_run.IsCalm && _run.Next(20) == 0 ? 2_000 : 20), () => Propose(propose));
                break;
            case OverseerEffect.Reply reply: _run.Answer(this, reply.Ticket, reply.Message); break;
            case OverseerEffect.Refuse refuse: _run.Answer(this, refuse.Ticket, null); break;
            case OverseerEffect.Say say: _run.Note($"n{Number}: {say.Message}"); break;
        }
    }

    /// <summary>A round speaks for the moment in which the quorum answered; what was committed before is applied when it ends.</summary>
    private void Confirm(long round)
    {
        var leads = _run.Leads(this);
        var index = _run.State.Last;
        Later(_run.Delay(20), () =>
        {
            if (leads && !IsStalled)
            {
                Apply(index);
            }

            ToOverseer(new OverseerEvent.Confirmed(round, leads && Applied >= index, _run.State.At(Applied), Applied));
        });
    }

    private void Propose(OverseerEffect.Propose propose)
    {
        if (!_run.Leads(this))
        {
            Later(_run.Delay(20), () => ToOverseer(new OverseerEvent.Answered(propose.Proposal, ProposalFate.NotTaken, LogIndex.Zero, "")));
            return;
        }

        var (index, reply) = _run.Commit(propose.Command);
        _run.Note($"n{Number} commits {index}: {propose.Command.CommandCase}{(reply.Refused.Count > 0 ? $", {reply.Refused.Count} refused" : "")}");
        Later(_run.Delay(30), () => ToOverseer(new OverseerEvent.Answered(propose.Proposal, ProposalFate.Applied, index, "")));
        Later(_run.Delay(30), () => Apply(index));
    }
}
