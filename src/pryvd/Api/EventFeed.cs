using System.Runtime.CompilerServices;
using Grpc.Core;
using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>
/// The events after a position, for as long as anybody asks: pages of what this node has applied, and then a wait for more.
/// A position that this node has not reached yet is waited for.
/// </summary>
internal static class EventFeed
{
    private const int PageSize = 128;

    /// <summary>Pages that hold at least one event, each with the state of its reading, which has all their effects.</summary>
    public static async IAsyncEnumerable<(ReadView View, IReadOnlyList<Event> Events)> FollowAsync(
        ClusterSession session, EventPosition position, string subjectPrefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (true)
            {
                var view = session.Store.Read();
                var page = view.EventsAfter(position, subjectPrefix, PageSize);
                RefuseGap(view, position);
                position = page.Next;
                if (page.Events.Count > 0)
                {
                    yield return (view, page.Events);
                }

                if (page.Events.Count < PageSize)
                {
                    await MoreAsync(session, view.Position.Index + 1, done.Token).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    public static EventPosition Parse(string text) => EventPosition.TryParse(text, out var position)
        ? position
        : throw Errors.Invalid($"'{Clip.To(text, 80)}' is no position; it is EPOCH:INDEX:NUMBER, as each event has one.");

    /// <summary>Refuses to go on after events that are no longer kept: the reader would not know what it has missed.</summary>
    public static void RefuseGap(ReadView view, EventPosition position)
    {
        if (view.HasLostAfter(position))
        {
            var oldest = view.OldestEvent();
            throw new RpcException(new Status(
                StatusCode.OutOfRange,
                $"Events after position {position} are no longer kept; the oldest one kept is {oldest?.ToString() ?? "yet to come"}. Look at the state as it is now and follow from there."));
        }
    }

    /// <summary>Waits until the index is applied here; the end of the session ends the watch.</summary>
    public static async Task MoreAsync(ClusterSession session, LogIndex index, CancellationToken cancel)
    {
        var more = session.Store.WaitAppliedAsync(index, cancel);
        var first = await Task.WhenAny(more, session.Ended).ConfigureAwait(false);
        if (first != more)
        {
            throw new RpcException(new Status(
                StatusCode.Unavailable, "This node has stopped taking part in its cluster, so the watch was ended; go on from the last position on another node."));
        }

        await more.ConfigureAwait(false);
    }
}
