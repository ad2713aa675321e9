using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>Nodes: listed, watched, and what is remembered for them.</summary>
internal sealed class NodeService(Reads reads, Writes writes, Watches watches) : Nodes.NodesBase
{
    private const string CommissionMethod = "/pryv.v1.Nodes/CommissionNode";
    private const string TagMethod = "/pryv.v1.Nodes/TagNode";
    private const string OperateMethod = "/pryv.v1.Nodes/OperateNode";

    /// <summary>DecommissionNode takes more than one command; the duties of the leader register it.</summary>
    public void Register()
    {
        writes.Register<CommissionNodeRequest>(
            CommissionMethod, "node commission", request => request.RequestId, (request, envelope) => envelope.CommissionNode = Command(request));
        writes.Register<TagNodeRequest>(
            TagMethod, "node tag", request => request.RequestId, (request, envelope) => envelope.ChangeNodeTags = Command(request));
        writes.Register<OperateNodeRequest>(OperateMethod, "node", request => request.RequestId, (request, envelope) =>
        {
            envelope.OperateNode = Command(request);
            envelope.Cause = request.Cause.Length > 0 ? request.Cause : $"node {request.Action}";
        });
    }

    public override async Task<ListNodesReply> ListNodes(ListNodesRequest request, ServerCallContext context)
    {
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        return new ListNodesReply { Nodes = { view.State.Nodes.Living.Select(NodeMessages.Of) }, Info = info };
    }

    public override async Task<GetNodeReply> GetNode(GetNodeRequest request, ServerCallContext context)
    {
        RequireName(request.Node);
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var node = view.State.Nodes.Find(request.Node)
            ?? throw Errors.NotFound($"There is no node '{request.Node}'; 'pryvd node list' shows those that exist.");
        var history = view.NodeHistory(node.Id).Select(NodeMessages.Of);
        return new GetNodeReply { Node = NodeMessages.Of(node), History = { history }, Info = info };
    }

    public override Task<WriteReply> CommissionNode(CommissionNodeRequest request, ServerCallContext context)
    {
        Command(request);
        return writes.SendAsync<WriteReply>(request, "node/" + request.Name, context);
    }

    public override Task<WriteReply> DecommissionNode(DecommissionNodeRequest request, ServerCallContext context)
    {
        RequireName(request.Node);
        return writes.SendAsync<WriteReply>(request, "node/" + request.Node, context);
    }

    public override Task<WriteReply> TagNode(TagNodeRequest request, ServerCallContext context)
    {
        Command(request);
        return writes.SendAsync<WriteReply>(request, "node/" + request.Node, context);
    }

    public override Task<WriteReply> OperateNode(OperateNodeRequest request, ServerCallContext context)
    {
        Command(request);
        return writes.SendAsync<WriteReply>(request, "node/" + request.Node, context);
    }

    public override Task WatchNodes(WatchNodesRequest request, IServerStreamWriter<NodeChange> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, session => NodeWatch.RunAsync(session, request.Since, watches.Writer(responseStream, context), context));

    private static CommissionNode Command(CommissionNodeRequest request)
    {
        RequireName(request.Name);
        Refuse(NodeRecords.GroupProblem(request.Group) ?? TagSet.From(request.Tags).Problem());
        return new CommissionNode
        {
            Name = request.Name,
            Group = request.Group,
            Tags = { request.Tags },
            Vars = { VarRequests.Writes(request.Name, request.Vars) },
        };
    }

    private static ChangeNodeTags Command(TagNodeRequest request)
    {
        RequireName(request.Node);
        Refuse(request.Set.Count + request.Remove.Count == 0 ? "There is no tag to set or remove; give at least one." : null);
        Refuse(TagSet.From(request.Set).Problem());
        return new ChangeNodeTags { Node = request.Node, Set = { request.Set }, Remove = { request.Remove } };
    }

    private static OperateNode Command(OperateNodeRequest request)
    {
        RequireName(request.Node);
        Refuse(NodeActions.All.Contains(request.Action)
            ? null
            : $"'{Clip.To(request.Action, 32)}' is nothing that can be done with a node; it is {string.Join(", ", NodeActions.All)}.");
        return new OperateNode { Node = request.Node, Action = request.Action };
    }

    private static void RequireName(string name) => Refuse(Names.IsName(name)
        ? null
        : $"'{Clip.To(name, Names.MaxName)}' is no node; a name has letters, digits and ._- (at most {Names.MaxName}).");

    private static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw Errors.Invalid(problem);
        }
    }
}
