using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentList
{
    public static Verb Create(Kit kit)
    {
        var stale = Flags.Stale();
        return new Verb("list", "List the components and how they do", "pryvd component list", "pryvd component list --stale -o json") { stale }
        .Does(kit, async call =>
        {
            var reply = await Pages.All(call, new ListComponentsRequest { Mode = call.Mode(stale) });
            var table = new TextTable("NAME", "STATE", "HEALTHY", "VERSION", "NODES");
            foreach (var component in reply.Components)
            {
                var nodes = component.Instances.Select(instance => instance.Node).Where(node => node != "").Distinct();
                table.Row(component.Name, ComponentText.State(component), ComponentText.Healthy(component), $"{component.Version}", string.Join(",", nodes));
            }

            var json = new JsonObject { ["components"] = JsonText.Array(reply.Components, ComponentShapes.Component), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, table, "there are no components; 'pryvd component apply FILE' makes one.");
            call.Output.Age(reply.Info);
        });
    }
}
