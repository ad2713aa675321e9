using Grpc.Core;
using Pryv.V1;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>The nodes now, then each change, as <see cref="VarWatch"/> does it for variables.</summary>
internal static class NodeWatch
{
    private const string SubjectPrefix = "node/";

    public static async Task RunAsync(ClusterSession session, string since, PatientWriter<NodeChange> writer, ServerCallContext context)
    {
        var start = await WatchStart.AtAsync(session, since, context).ConfigureAwait(false);
        if (start.IsFromNow)
        {
            await WriteCurrentAsync(start.View, writer).ConfigureAwait(false);
        }

        await foreach (var (view, events) in EventFeed.FollowAsync(session, start.Position, SubjectPrefix, context.CancellationToken).ConfigureAwait(false))
        {
            foreach (var change in events.Select(item => Change(view, item)).OfType<NodeChange>())
            {
                await writer.WriteAsync(change, change.Position).ConfigureAwait(false);
            }
        }
    }

    private static async Task WriteCurrentAsync(ReadView view, PatientWriter<NodeChange> writer)
    {
        var nodes = view.State.Nodes.Living.ToList();
        for (var i = 0; i < nodes.Count; i++)
        {
            var position = i == nodes.Count - 1 ? view.Now.ToString() : "";
            await writer.WriteAsync(new NodeChange { Node = NodeMessages.Of(nodes[i]), Position = position }, position).ConfigureAwait(false);
        }
    }

    private static NodeChange? Change(ReadView view, Model.Event item)
    {
        var name = item.Subject[SubjectPrefix.Length..];
        return item.Kind is "node.dismissed" or "node.expired" ? Removed(view, name, item) : Changed(view, name, item);
    }

    /// <summary>A later change of the node has an event of its own, further on; what is remembered for a name is no node.</summary>
    private static NodeChange? Changed(ReadView view, string name, Model.Event item) =>
        item.Kind != "node.commissioned" && view.State.Nodes.FindLiving(name) is { } node && node.Changed == item.Position.Index
            ? new NodeChange { Node = NodeMessages.Of(node), Position = item.Position.ToString() }
            : null;

    /// <summary>The name may belong to another node by now, so the one that went is looked up by the index at which it did.</summary>
    private static NodeChange Removed(ReadView view, string name, Model.Event item)
    {
        var gone = view.State.Nodes.Gone.FirstOrDefault(node => node.Name == name && node.Changed == item.Position.Index);
        return new NodeChange
        {
            Node = gone is null ? new Node { Name = name, ChangedIndex = item.Position.Index.Value } : NodeMessages.Of(gone),
            Removed = true,
            Position = item.Position.ToString(),
        };
    }
}
