using Grpc.Core;
using Pryv.V1;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>What has changed, and what changes.</summary>
internal sealed class EventService(Reads reads, Watches watches) : Events.EventsBase
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public override async Task<ListEventsReply> ListEvents(ListEventsRequest request, ServerCallContext context)
    {
        var limit = ReplySize.Limit(request.Limit, DefaultLimit, MaxLimit, "limit");
        var since = request.Since.Length > 0 ? EventFeed.Parse(request.Since) : (EventPosition?)null;
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var reply = new ListEventsReply { Info = info };
        if (since is { } position)
        {
            var page = view.EventsAfter(position, request.Subject, limit);
            EventFeed.RefuseGap(view, position);
            reply.Events.AddRange(ReplySize.Fitting(page.Events.Select(Message), item => item.CalculateSize()));
        }
        else
        {
            var newest = view.NewestEvents(request.Subject, limit).Events.Reverse().Select(Message);
            reply.Events.AddRange(Enumerable.Reverse(ReplySize.Fitting(newest, item => item.CalculateSize())));
        }

        return reply;
    }

    public override Task WatchEvents(WatchEventsRequest request, IServerStreamWriter<Pryv.V1.Event> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, async session =>
        {
            var start = await WatchStart.AtAsync(session, request.Since, context).ConfigureAwait(false);
            var writer = watches.Writer(responseStream, context);
            await foreach (var (_, events) in EventFeed.FollowAsync(session, start.Position, request.Subject, context.CancellationToken).ConfigureAwait(false))
            {
                foreach (var item in events)
                {
                    await writer.WriteAsync(Message(item), item.Position.ToString()).ConfigureAwait(false);
                }
            }
        });

    private static Pryv.V1.Event Message(Model.Event item) => new()
    {
        Position = item.Position.ToString(),
        Index = item.Position.Index.Value,
        TimeMs = item.TimeMs,
        Actor = item.Actor.ToString(),
        Kind = item.Kind,
        Subject = item.Subject,
        Old = item.Old,
        New = item.New,
        Cause = item.Cause,
    };
}
