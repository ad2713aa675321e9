using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class RouteWatch
{
    public static Verb Create(Kit kit) =>
        new Verb("watch", "Print the whole table of routes, now and after each change, until Ctrl-C (exit 130)", "pryvd route watch -o json")
        .Does(kit, call => new Watch(call).Follow(
            (_, options) => call.Daemon.Routes.WatchRoutes(new WatchRoutesRequest(), options),
            "",
            (ListRoutesReply _) => "",
            reply => call.Output.Item(ComponentShapes.Routes(reply), Line(reply))));

    private static string Line(ListRoutesReply reply) =>
        $"index {reply.AppliedIndex}:" + string.Concat(reply.Routes.Select(route =>
            $"  {route.Host} -> {(route.Targets.Count == 0 ? "none" : string.Join(",", route.Targets.Select(target => $"{target.Instance}@{target.Address}:{target.Port}")))}"));
}
