using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class EventList
{
    private const int MaxLimit = 1000;

    public static Verb Create(Kit kit)
    {
        var since = new Option<string>("--since") { Description = "Those after this position [default: the newest]", HelpName = "POSITION" };
        var subject = new Option<string>("--subject") { Description = "Only of this subject, for example node/n1 or var/cluster/KEY", HelpName = "S" };
        var limit = new Option<int?>("--limit") { Description = "At most this many, 1 to 1000 [default: 100]", HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, out var count) && count is >= 1 and <= MaxLimit))
            {
                result.AddError($"--limit must be a number from 1 to {MaxLimit}.");
            }
        });
        var stale = Flags.Stale();
        return new Verb("list", "List what happened, oldest first", "pryvd event list --limit 20", "pryvd event list --subject node/n2 -o json")
        { since, subject, limit, stale }.Does(kit, async call =>
        {
            var request = new ListEventsRequest
            {
                Since = call.Value(since) ?? "",
                Subject = call.Value(subject) ?? "",
                Limit = call.Value(limit) ?? 100,
                Mode = call.Mode(stale),
            };
            var reply = await call.Read(options => call.Daemon.Events.ListEventsAsync(request, options));
            var table = new TextTable("WHEN", "POSITION", "KIND", "SUBJECT", "CHANGE", "BY", "CAUSE");
            foreach (var one in reply.Events)
            {
                table.Row(call.Output.Time(one.TimeMs), one.Position, one.Kind, one.Subject, ChangeText.Of(one.Old, one.New), one.Actor, one.Cause);
            }

            var json = new JsonObject { ["events"] = JsonText.Array(reply.Events, Shapes.Event), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, table, "there are no events here.");
            call.Output.Age(reply.Info);
        });
    }
}
