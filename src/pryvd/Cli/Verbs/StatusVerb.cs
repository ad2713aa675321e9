using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class StatusVerb
{
    public static Verb Create(Kit kit)
    {
        // This node's own word, with or without it; scripts may pass it to every read.
        var stale = Flags.Stale();
        return new Verb(
            "status", "How the cluster is, as this node sees it", "pryvd status", "pryvd status -o json", "watch -n 1 pryvd status") { stale }
        .Does(kit, async call =>
        {
            var status = await call.Once(options => call.Daemon.Cluster.GetStatusAsync(new StatusRequest(), options));
            if (call.Output.IsJson)
            {
                call.Output.Print(StatusShape.Of(status));
            }
            else
            {
                new StatusPage(call.Terminal).Print(status);
            }
        });
    }
}
