using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class RouteList
{
    public static Verb Create(Kit kit) =>
        new Verb("list", "List host names and the healthy instances behind them, as this node has them", "pryvd route list").Does(kit, async call =>
        {
            var reply = await call.Read(options => call.Daemon.Routes.ListRoutesAsync(new ListRoutesRequest(), options));
            var table = new TextTable("HOST", "INSTANCE", "ADDRESS", "NODE");
            foreach (var route in reply.Routes)
            {
                route.Targets.ToList().ForEach(target => table.Row(route.Host, target.Instance, $"{target.Address}:{target.Port}", target.Node));
                if (route.Targets.Count == 0)
                {
                    table.Row(route.Host, "none is healthy", "", "");
                }
            }

            call.Output.Print(ComponentShapes.Routes(reply), table, "there are no routes; components say them under 'routes'.");
        });
}
