using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class EventWatch
{
    public static Verb Create(Kit kit)
    {
        var since = new Option<string>("--since") { Description = "Begin after this position [default: from now on]", HelpName = "POSITION" };
        var subject = new Option<string>("--subject") { Description = "Only of this subject", HelpName = "S" };
        return new Verb(
            "watch", "Print each event as it happens, without gap or repeat, until Ctrl-C (exit 130)",
            "pryvd event watch", "pryvd event watch --since 1:120:0 -o json") { since, subject }
        .Does(kit, async call =>
        {
            var begin = call.Value(since) ?? await Newest(call);
            await new Watch(call).Follow(
                (position, options) => call.Daemon.Events.WatchEvents(
                    new WatchEventsRequest { Since = position, Subject = call.Value(subject) ?? "" }, options),
                begin,
                (Event one) => one.Position,
                one => call.Output.Item(Shapes.Event(one), Lines.Event(one, call.Output.Time(one.TimeMs))));
        });
    }

    // A position from the start on, so that what happens during a break that comes before the first event is not lost.
    private static async Task<string> Newest(Call call)
    {
        var request = new ListEventsRequest { Limit = 1, Mode = new ReadMode { Stale = true } };
        var reply = await call.Once(options => call.Daemon.Events.ListEventsAsync(request, options));
        return reply.Events.LastOrDefault()?.Position ?? "";
    }
}
