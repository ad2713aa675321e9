using Grpc.Core;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Raft;
using Pryvd.Store;
using Route = Pryvd.Model.Components.Route;

namespace Pryvd.Api;

/// <summary>Which healthy instance answers for a host name, from this node's own state: it answers without a leader (T1).</summary>
internal sealed class RouteService(NodeHost host, Watches watches) : Routes.RoutesBase
{
    public override Task<ListRoutesReply> ListRoutes(ListRoutesRequest request, ServerCallContext context)
    {
        var view = host.RequireStore().Read();
        var reply = Reply(view, RouteTable.Of(view.State));
        ReplySize.Require(reply.CalculateSize(), "The table of routes", "follow it with WatchRoutes through a client that takes more");
        return Task.FromResult(reply);
    }

    public override Task WatchRoutes(WatchRoutesRequest request, IServerStreamWriter<ListRoutesReply> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, session => FollowAsync(session, watches.Writer(responseStream, context), context));

    private static async Task FollowAsync(ClusterSession session, PatientWriter<ListRoutesReply> writer, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        try
        {
            var view = session.Store.Read();
            for (IReadOnlyList<Route>? told = null; ;)
            {
                var table = RouteTable.Of(view.State);
                if (told is null || !table.SequenceEqual(told))
                {
                    await writer.WriteAsync(Reply(view, table), "").ConfigureAwait(false);
                    told = table;
                }

                view = await ChangedAsync(session, view, done.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The next state in which something differs that the table is made of.</summary>
    private static async Task<ReadView> ChangedAsync(ClusterSession session, ReadView view, CancellationToken cancel)
    {
        var before = view.State;
        do
        {
            await EventFeed.MoreAsync(session, view.Position.Index + 1, cancel).ConfigureAwait(false);
            view = session.Store.Read();
        }
        while (IsSame(before, view.State));
        return view;
    }

    private static bool IsSame(ClusterState before, ClusterState after) =>
        ReferenceEquals(before.Running, after.Running) && ReferenceEquals(before.Nodes, after.Nodes);

    private static ListRoutesReply Reply(ReadView view, IReadOnlyList<Route> table) =>
        new() { Routes = { table.Select(ComponentMessages.Of) }, AppliedIndex = view.Position.Index.Value };
}
