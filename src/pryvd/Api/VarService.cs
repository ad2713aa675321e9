using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Store;
using ResolvedVar = Pryv.V1.ResolvedVar;

namespace Pryvd.Api;

/// <summary>Variables: set, deleted, read, resolved and watched.</summary>
internal sealed class VarService(Reads reads, Writes writes, Watches watches, Secrets secrets) : Vars.VarsBase
{
    private const string SetMethod = "/pryv.v1.Vars/SetVars";
    private const string DeleteMethod = "/pryv.v1.Vars/DeleteVar";
    private const int DefaultPage = 1_000;
    private const int MaxNoted = 10;

    public void Register()
    {
        secrets.Register();
        writes.Register<SetVarsRequest>(SetMethod, "var set", request => request.RequestId, (request, envelope) => envelope.SetVars = Sealed(request));
        writes.Register<DeleteVarRequest>(DeleteMethod, "var delete", request => request.RequestId, (request, envelope) => envelope.DeleteVars = Delete(request));
    }

    public override Task<WriteReply> SetVars(SetVarsRequest request, ServerCallContext context)
    {
        var names = VarRequests.Writes(request).Take(MaxNoted).Select(write => $"{write.Scope}/{write.Key}");
        var more = request.Vars.Count > MaxNoted ? $" and {request.Vars.Count - MaxNoted} more" : "";
        return writes.SendAsync<WriteReply>(request, $"var/{string.Join(", var/", names)}{more}", context);
    }

    public override Task<WriteReply> DeleteVar(DeleteVarRequest request, ServerCallContext context)
    {
        var name = VarRequests.Name(request.Scope, request.Key);
        return writes.SendAsync<WriteReply>(request, $"var/{name.Scope}/{name.Key}", context);
    }

    public override async Task<GetVarReply> GetVar(GetVarRequest request, ServerCallContext context)
    {
        var name = VarRequests.Name(request.Scope, request.Key);
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var item = view.State.Vars.Find(name) ?? throw Unknown(name);
        var shown = await secrets.ShowAsync([item], request.Reveal, context).ConfigureAwait(false);
        return new GetVarReply { Var = shown[0], Info = info };
    }

    public override async Task<ListVarsReply> ListVars(ListVarsRequest request, ServerCallContext context)
    {
        var scope = request.Scope.Length > 0 ? VarRequests.Scope(request.Scope) : (VarScope?)null;
        var limit = ReplySize.Limit(request.PageSize, DefaultPage, ReadView.MaxPage, "page_size");
        if (request.PageToken.Length > 0 && !VarName.TryParse(request.PageToken, out _))
        {
            throw Errors.Invalid($"'{Clip.To(request.PageToken, 80)}' is no page token; take it from the reply before, or none to begin.");
        }

        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var page = view.Vars(scope, request.Prefix, request.PageToken, limit);
        var items = ReplySize.Fitting(page.Vars, VarMessages.Size);
        return new ListVarsReply
        {
            Vars = { await secrets.ShowAsync(items, request.Reveal, context).ConfigureAwait(false) },
            Info = info,
            NextPageToken = items.Count < page.Vars.Count ? items[^1].Name.ToString() : page.NextToken,
        };
    }

    public override async Task<GetVarHistoryReply> GetVarHistory(GetVarHistoryRequest request, ServerCallContext context)
    {
        var name = VarRequests.Name(request.Scope, request.Key);
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var history = view.VarHistory(name);
        if (history.Count == 0)
        {
            throw Unknown(name);
        }

        var fitting = ReplySize.Fitting(history, VarMessages.Size);
        var versions = fitting.Select(item => new VarVersion { Var = VarMessages.Of(item), Deleted = item.Deleted });
        return new GetVarHistoryReply { Versions = { versions }, Info = info, LeftOut = history.Count - fitting.Count };
    }

    public override async Task<ResolveVarsReply> ResolveVars(ResolveVarsRequest request, ServerCallContext context)
    {
        if (!Names.IsName(request.Node) || (request.Component.Length > 0 && !Names.IsName(request.Component)))
        {
            throw Errors.Invalid("Variables are resolved for a node, and a component on it if one is named; names have letters, digits and ._-.");
        }

        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var resolved = view.Resolve(KnownNode(view.State, request.Node), request.Component);
        var items = resolved.SelectMany(one => one.Hidden.Prepend(one.Winner)).ToList();
        ReplySize.Require(items.Sum(item => (long)VarMessages.Size(item)), $"What node {request.Node} sees", "list it by scope, in pages");
        var shown = await secrets.ShowAsync(items, request.Reveal, context).ConfigureAwait(false);
        return Reply(resolved, shown, info);
    }

    public override Task WatchVars(WatchVarsRequest request, IServerStreamWriter<VarChange> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, session =>
        {
            var scope = request.Scope.Length > 0 ? VarRequests.Scope(request.Scope) : (VarScope?)null;
            return new VarWatch(scope, request.Prefix).RunAsync(session, request.Since, watches.Writer(responseStream, context), context);
        });

    /// <summary>On the leader: the command, in which no secret is in the clear.</summary>
    private SetVars Sealed(SetVarsRequest request)
    {
        var plain = VarRequests.Writes(request);
        return new SetVars { Writes = { plain.Zip(request.Vars, (write, asked) => asked.Secret ? secrets.Seal(write) : write) } };
    }

    private static DeleteVars Delete(DeleteVarRequest request)
    {
        var name = VarRequests.Name(request.Scope, request.Key);
        var delete = new VarDelete { Scope = name.Scope.ToString(), Key = name.Key };
        if (request.HasIfVersion)
        {
            delete.IfVersion = request.IfVersion;
        }

        return new DeleteVars { Deletes = { delete } };
    }

    /// <summary>A node by name or id, or a name that something is remembered for: another one is most likely mistyped.</summary>
    private static string KnownNode(ClusterState state, string node)
    {
        var isRemembered = state.Commissioned.ContainsKey(node) || state.Vars.InScope(VarScope.OfNode(node)).Any();
        return state.Nodes.Find(node)?.Name ?? (isRemembered ? node : throw Errors.NotFound(
            $"There is no node '{node}', and nothing is remembered for that name; 'pryvd node list' shows those that exist."));
    }

    private static ResolveVarsReply Reply(IReadOnlyList<Model.ResolvedVar> resolved, IReadOnlyList<Var> shown, ReadInfo info)
    {
        var reply = new ResolveVarsReply { Info = info };
        var next = 0;
        foreach (var one in resolved)
        {
            var stack = new ResolvedVar { Var = shown[next], Hidden = { shown.Skip(next + 1).Take(one.Hidden.Count) } };
            reply.Vars.Add(stack);
            next += 1 + one.Hidden.Count;
        }

        return reply;
    }

    private static RpcException Unknown(VarName name) => Errors.NotFound(
        $"There is no variable {name.Key} in scope {name.Scope}; 'pryvd var list' shows those that exist.");
}
