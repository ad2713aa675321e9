using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class LeaveVerb
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public static Verb Create(Kit kit)
    {
        var force = new Option<bool>("--force") { Description = "Without the cluster's consent: it is gone, or has removed this node already" };
        var purge = new Option<bool>("--purge") { Description = "Remove the data, too, instead of keeping a copy" };
        var yes = Flags.Yes();
        return new Verb("leave", "Take this node out of its cluster", "pryvd leave", "pryvd leave --purge --yes", "pryvd leave --force --yes")
        { force, purge, yes }.Does(kit, async call =>
        {
            var request = new LeaveRequest { Force = call.Value(force), Purge = call.Value(purge) };
            await Question.Confirm(call, call.Value(yes), What(request));
            using var stream = call.Daemon.Cluster.Leave(request, call.StreamOptions(call.Timeout ?? _patience));
            await ProgressLines.Show(call, stream, "the leave", "see 'pryvd status', and give the command again");
        });
    }

    private static string What(LeaveRequest request) =>
        "This node leaves its cluster and forgets its identity; to come back it needs a new token."
        + (request.Purge ? " Its data is deleted." : " A copy of its data is kept.")
        + (request.Force ? " The cluster is not asked, and may still count this node as a member." : "");
}
