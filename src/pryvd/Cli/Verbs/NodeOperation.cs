using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

/// <summary>What cordon, drain, maintenance and restore have in common: one request, and a word on what it means.</summary>
internal static class NodeOperation
{
    public static Argument<string> Name() => new("NODE") { Description = "Name or id of the node" };

    public static Option<string> Cause() => new("--cause") { Description = "Why, for the history", HelpName = "TEXT" };

    public static Verb Create(Kit kit, string action, string description, string said, params string[] examples)
    {
        var (name, cause) = (Name(), Cause());
        return new Verb(action, description, examples) { name, cause }.Does(kit, async call =>
        {
            var node = call.Value(name);
            var reply = await Ask(call, action, node, call.Value(cause));
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(node)} {said}");
        });
    }

    public static Task<WriteReply> Ask(Call call, string action, string node, string? cause) => call.Write((id, options) =>
        call.Daemon.Nodes.OperateNodeAsync(new OperateNodeRequest { RequestId = id, Node = node, Action = action, Cause = cause ?? "" }, options));
}
