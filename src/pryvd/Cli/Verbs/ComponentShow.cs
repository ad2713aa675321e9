using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentShow
{
    public static Verb Create(Kit kit)
    {
        var name = ComponentArguments.Name();
        var stale = Flags.Stale();
        return new Verb("show", "Show a component's instances, and with -o json its whole spec", "pryvd component show core") { name, stale }
        .Does(kit, async call =>
        {
            var request = new GetComponentRequest { Name = call.Value(name), Mode = call.Mode(stale) };
            var reply = await call.Read(options => call.Daemon.Components.GetComponentAsync(request, options));
            var component = reply.Component;
            var table = new TextTable("INSTANCE", "NODE", "STATE", "SINCE", "VERSION", "PORTS", "DETAIL", "WHY HERE");
            foreach (var instance in component.Instances)
            {
                var since = instance.SinceMs == 0 ? "" : call.Output.Time(instance.SinceMs);
                table.Row(instance.Id, instance.Node, instance.State, since, $"{instance.SpecVersion}", ComponentText.Ports(instance), instance.Detail, instance.Reason);
            }

            var json = new JsonObject { ["component"] = ComponentShapes.Component(component), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, table, $"component {component.Name} is {ComponentText.State(component)} and has no instances.");
            call.Output.Age(reply.Info);
        });
    }
}
