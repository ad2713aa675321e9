using Grpc.Core;
using Pryvd.Model;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>Where a watch of records begins: after a position that its reader has, or with all there is now.</summary>
/// <param name="IsFromNow">Whether the records of the view come first.</param>
internal sealed record WatchStart(ReadView View, EventPosition Position, bool IsFromNow)
{
    /// <summary>Finds the start, and tells the reader that the watch has begun.</summary>
    public static async Task<WatchStart> AtAsync(ClusterSession session, string since, ServerCallContext context)
    {
        var start = since.Length > 0 ? After(session, since) : await NowAsync(session, context).ConfigureAwait(false);
        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
        return start;
    }

    private static WatchStart After(ClusterSession session, string since)
    {
        var position = EventFeed.Parse(since);
        var view = session.Store.Read();
        EventFeed.RefuseGap(view, position);
        return new WatchStart(view, position, IsFromNow: false);
    }

    /// <summary>After every write that was acknowledged before the call.</summary>
    private static async Task<WatchStart> NowAsync(ClusterSession session, ServerCallContext context)
    {
        await Reads.ConfirmAsync(session, context).ConfigureAwait(false);
        var view = session.Store.Read();
        return new WatchStart(view, view.Now, IsFromNow: true);
    }
}
