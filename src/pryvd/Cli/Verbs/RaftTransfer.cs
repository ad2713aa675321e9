using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class RaftTransfer
{
    public static Verb Create(Kit kit)
    {
        var node = new Argument<string?>("NODE") { Description = "The voter that takes over [default: the most up to date one]", Arity = ArgumentArity.ZeroOrOne };
        return new Verb("transfer", "Hand leadership to another voter", "pryvd raft transfer", "pryvd raft transfer n2") { node }.Does(kit, async call =>
        {
            var request = new TransferRequest { Node = call.Optional(node) ?? "" };
            var reply = await call.Once(options => call.Daemon.Raft.TransferAsync(request, options));
            call.Output.Print(new JsonObject { ["leader"] = reply.Leader }, $"{Visible.Of(reply.Leader)} leads now.");
        });
    }
}
