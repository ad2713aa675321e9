using Grpc.Core;
using Pryv.V1;
using Pryvd.Model.Components;
using Pryvd.Raft;
using Component = Pryvd.Model.Components.Component;

namespace Pryvd.Api;

/// <summary>Components: applied, changed, deleted, listed and watched. What the leader alone can say, plans and explanations, is forwarded.</summary>
internal sealed class ComponentService(NodeHost host, LeaderCalls leader, Reads reads, Writes writes, Watches watches) : Pryv.V1.Components.ComponentsBase
{
    private const string ApplyMethod = "/pryv.v1.Components/ApplyComponents";
    private const string ChangeMethod = "/pryv.v1.Components/ChangeComponent";
    private const string DeleteMethod = "/pryv.v1.Components/DeleteComponent";
    private const int DefaultPage = 100;
    private const int MaxPage = 1_000;

    /// <summary>PlanComponents and ExplainInstance are the planner's; the duties of the leader register them.</summary>
    public void Register()
    {
        leader.Register<ApplyComponentsRequest, ApplyComponentsReply>(ApplyMethod, ApplyAsync);
        writes.Register<ChangeComponentRequest>(
            ChangeMethod, "component change", request => request.RequestId, (request, envelope) => envelope.ChangeComponent = ComponentRequests.Change(request));
        writes.Register<DeleteComponentRequest>(
            DeleteMethod, "component delete", request => request.RequestId, (request, envelope) => envelope.DeleteComponent = ComponentRequests.Delete(request));
    }

    public override Task<PlanComponentsReply> PlanComponents(PlanComponentsRequest request, ServerCallContext context)
    {
        ComponentRequests.Specs(request.Files);
        return leader.CallAsync<PlanComponentsReply>(request, context, Caller.Of(context, host.RequireSession().NodeName));
    }

    public override Task<ApplyComponentsReply> ApplyComponents(ApplyComponentsRequest request, ServerCallContext context)
    {
        var specs = ComponentRequests.Specs(request.Files);
        return writes.SendAsync<ApplyComponentsReply>(request, string.Join(", ", specs.Select(spec => "component/" + spec.Name)), context);
    }

    public override async Task<ListComponentsReply> ListComponents(ListComponentsRequest request, ServerCallContext context)
    {
        var limit = ReplySize.Limit(request.PageSize, DefaultPage, MaxPage, "page_size");
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var rest = view.State.Running.Components.Values.SkipWhile(item => string.CompareOrdinal(item.Name, request.PageToken) <= 0 && request.PageToken.Length > 0);
        var page = rest.Take(limit + 1).ToList();
        var shown = ReplySize.Fitting(page.Take(limit).Select(item => ComponentMessages.Of(view.State, item)), item => item.CalculateSize());
        return new ListComponentsReply { Components = { shown }, Info = info, NextPageToken = shown.Count < page.Count ? shown[^1].Name : "" };
    }

    public override async Task<GetComponentReply> GetComponent(GetComponentRequest request, ServerCallContext context)
    {
        var name = ComponentRequests.Name(request.Name);
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var component = view.State.Running.Components.GetValueOrDefault(name) ?? throw Unknown(name);
        return new GetComponentReply { Component = ComponentMessages.Of(view.State, component), Info = info };
    }

    public override Task<WriteReply> ChangeComponent(ChangeComponentRequest request, ServerCallContext context)
    {
        var command = ComponentRequests.Change(request);
        return writes.SendAsync<WriteReply>(request, "component/" + command.Name, context);
    }

    public override Task<WriteReply> DeleteComponent(DeleteComponentRequest request, ServerCallContext context)
    {
        var command = ComponentRequests.Delete(request);
        return writes.SendAsync<WriteReply>(request, "component/" + command.Name, context);
    }

    public override Task<ExplainInstanceReply> ExplainInstance(ExplainInstanceRequest request, ServerCallContext context)
    {
        ComponentRequests.Instance(request.Instance);
        return leader.CallAsync<ExplainInstanceReply>(request, context, Caller.Of(context, host.RequireSession().NodeName));
    }

    public override Task WatchInstances(WatchInstancesRequest request, IServerStreamWriter<InstanceChange> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, session =>
        {
            var component = request.Component.Length == 0 ? "" : ComponentRequests.Name(request.Component);
            return new InstanceWatch(component).RunAsync(session, watches.Writer(responseStream, context), context);
        });

    private async Task<ApplyComponentsReply> ApplyAsync(ApplyComponentsRequest request, Model.Actor actor, CancellationToken cancel)
    {
        var specs = ComponentRequests.Specs(request.Files);
        var envelope = RequestIds.Envelope(request.RequestId, actor, "component apply");
        envelope.PutComponent = ComponentRequests.Put(request, specs);
        var diffs = ComponentRequests.Diffs(host.RequireStore().Read().State, specs);
        var reply = await writes.CommitAsync(envelope, cancel).ConfigureAwait(false);
        return new ApplyComponentsReply { Index = reply.Index, Components = { diffs.Select(ComponentMessages.Of) }, Versions = { reply.Versions } };
    }

    private static RpcException Unknown(string name) =>
        Errors.NotFound($"There is no component '{name}'; 'pryvd component list' shows those that exist.");
}
