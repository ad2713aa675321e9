using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Model;
using Pryvd.Planning;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;
using Component = Pryvd.Model.Components.Component;
using SpecJson = Pryvd.Model.Components.SpecJson;

namespace Pryvd.Leader;

/// <summary>What the leader answers of components: reports of agents, plans and explanations; and the overseer of the session that runs now.</summary>
internal sealed class Overseeing(NodeHost host)
{
    private volatile OverseerRunner? _runner;

    /// <summary>Whether the leader hears reports: its own node's, which needs no network.</summary>
    public bool Hears => _runner?.Input is { } input && input.View.Find(new NodeId(host.RequireSession().NodeId)) is not null;

    public void Register(LeaderCalls leader)
    {
        leader.Register<AgentReport, AgentReportReply>("/pryv.internal.v1.Peer/ReportAgent", ReportAsync);
        leader.Register<PlanComponentsRequest, PlanComponentsReply>("/pryv.v1.Components/PlanComponents", (request, _, _) => Task.FromResult(Plan(request)));
        leader.Register<ExplainInstanceRequest, ExplainInstanceReply>("/pryv.v1.Components/ExplainInstance", (request, _, _) => Task.FromResult(Explain(request)));
    }

    public Task RunAsync(MemberSession session)
    {
        var runner = new OverseerRunner(session, host.Logger);
        _runner = runner;
        return runner.RunAsync();
    }

    private Task<AgentReportReply> ReportAsync(AgentReport report, Actor actor, CancellationToken cancel)
    {
        if (host.RequireSession().Store.Read().State.Nodes.Find(new NodeId(report.NodeId))?.Name != actor.Node)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {actor.Node} reported for node {Clip.To(report.NodeId, Names.MaxName)}; a node speaks only for itself."));
        }

        return (_runner ?? throw new NotLeaderException()).ReportAsync(report, cancel);
    }

    private PlanComponentsReply Plan(PlanComponentsRequest request)
    {
        var input = RequireInput();
        var specs = ComponentRequests.Specs(request.Files);
        var wished = input with { State = specs.Aggregate(input.State, With) };
        var plan = Planner.Plan(wished);
        var reply = new PlanComponentsReply { Components = { ComponentRequests.Diffs(input.State, specs).Select(ComponentMessages.Of) } };
        reply.Decisions.AddRange(plan.Decisions.Select(decision => new PlannedDecision
        {
            Action = Messages.Word(decision.Action),
            Instance = decision.Instance.ToString(),
            Node = wished.NameOf(decision.Node),
            Reason = decision.Reason,
        }));
        reply.Waits.AddRange(plan.Waits.Select(wait => new Pryv.V1.PlanWait { Instance = wait.Instance.ToString(), Reason = wait.Reason }));
        return reply;
    }

    private ExplainInstanceReply Explain(ExplainInstanceRequest request)
    {
        var (input, instance) = (RequireInput(), ComponentRequests.Instance(request.Instance));
        var told = Explaining.Of(input, instance)
            ?? throw Errors.NotFound($"There is no instance {instance}, and none is wanted; 'pryvd component list' shows those that are.");
        var reply = new ExplainInstanceReply
        {
            Instance = told.Assignment is { } held ? ComponentMessages.Of(input.State, held) : ComponentMessages.Unplaced(instance),
            Next = { told.Next },
        };
        if (_runner?.Paused is { } paused)
        {
            reply.Next.Add($"no node is called silent now: {paused}");
        }

        reply.Nodes.AddRange(told.Nodes.Select(node => new Pryv.V1.NodeVerdict
        {
            Node = node.Node.Name,
            Taken = node.Taken,
            Possible = node.Possible,
            Score = node.Score,
            Reasons = { node.Reasons },
        }));
        return reply;
    }

    private PlanInput RequireInput() => _runner?.Input ?? throw new NotLeaderException();

    /// <summary>The state as it would be with the spec applied; equal specs change nothing.</summary>
    private static ClusterState With(ClusterState state, Model.Components.ComponentSpec spec)
    {
        var old = state.Running.Components.GetValueOrDefault(spec.Name);
        var json = SpecJson.Write(spec);
        if (old is { Deleting: false } && old.SpecJson == json)
        {
            return state;
        }

        var version = (old?.Version ?? 0) + 1;
        var wished = new Component
        {
            Spec = spec,
            SpecJson = json,
            Version = version,
            RunVersion = Model.Components.RunPart.VersionOf(spec, version, old, state.Running.Assignments),
            Stopped = old?.Stopped ?? false,
            Deleting = false,
            Changed = old?.Changed ?? Pryv.Consensus.LogIndex.Zero,
        };
        return state with { Running = state.Running with { Components = state.Running.Components.SetItem(spec.Name, wished) } };
    }
}
