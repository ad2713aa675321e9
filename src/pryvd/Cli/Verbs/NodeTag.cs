using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeTag
{
    public static Verb Create(Kit kit)
    {
        var name = new Argument<string>("NODE") { Description = "Name or id of the node" };
        var set = new Argument<string[]>("KEY=VALUE") { Description = "Tags to set", Arity = ArgumentArity.ZeroOrMore };
        set.Validators.Add(Flags.CheckPairs);
        var remove = new Option<string[]>("--remove") { Description = "A tag to remove; may be repeated", HelpName = "KEY" };
        var verb = new Verb("tag", "Set and remove tags of a node", "pryvd node tag n1 disk=ssd zone=a", "pryvd node tag n1 --remove zone") { name, set, remove };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(set) is not { Tokens.Count: > 0 } && result.GetResult(remove) is not { Tokens.Count: > 0 })
            {
                result.AddError("Give tags to set (KEY=VALUE) or to remove (--remove KEY).");
            }
        });
        return verb.Does(kit, async call =>
        {
            var request = new TagNodeRequest { Node = call.Value(name) };
            request.Set.Add(Pairs.Distinct(call.Value(set), "").ToDictionary(pair => pair.Key, pair => pair.Value));
            request.Remove.Add(call.Value(remove) ?? []);
            var reply = await call.Write((id, options) =>
            {
                request.RequestId = id;
                return call.Daemon.Nodes.TagNodeAsync(request, options);
            });
            call.Output.Print(Shapes.Write(reply), $"The tags of {Visible.Of(request.Node)} are changed.");
        });
    }
}
