using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeCommission
{
    public static Verb Create(Kit kit)
    {
        var name = new Argument<string>("NODE") { Description = "Name that the node has or will join with" };
        var group = Flags.Group();
        var tags = Flags.Tags();
        var vars = Flags.Vars();
        return new Verb(
            "commission", "Give a node its host-group, tags and vars, before or after it joins; remembered for good",
            "pryvd node commission n4 --group eu --tag disk=ssd --var rack=r2") { name, group, tags, vars }
        .Does(kit, async call =>
        {
            var request = new CommissionNodeRequest { Name = call.Value(name), Group = call.Value(group) ?? "" };
            request.Tags.Add(Pairs.Distinct(call.Value(tags), "--tag").ToDictionary(pair => pair.Key, pair => pair.Value));
            request.Vars.Add(new Dictionary<string, string>(await VarText.ReadMap(call.Value(vars), call.Terminal, call.Stop)));
            var reply = await call.Write((id, options) =>
            {
                request.RequestId = id;
                return call.Daemon.Nodes.CommissionNodeAsync(request, options);
            });
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(request.Name)} is commissioned; what was given is remembered.");
        });
    }
}
