using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class RaftPeers
{
    public static Verb Create(Kit kit)
    {
        var stale = Flags.Stale();
        return new Verb("peers", "The members of the consensus group, as this node knows them", "pryvd raft peers -o json") { stale }
        .Does(kit, async call =>
        {
            var reply = await call.Once(options => call.Daemon.Raft.ListPeersAsync(new ListPeersRequest(), options));
            var table = new TextTable("NAME", "MEMBER", "ROLE", "LEADER", "ADDRESS", "ON DISK");
            foreach (var peer in reply.Members)
            {
                table.Row(peer.Name, peer.Member_, peer.Role, peer.Leader ? "yes" : "", peer.Address, peer.MatchIndex < 0 ? "?" : $"{peer.MatchIndex}");
            }

            call.Output.Print(Shape(reply), table, "this node knows of no members.");
        });
    }

    private static JsonObject Shape(ListPeersReply reply) => new()
    {
        ["members"] = JsonText.Array(reply.Members, Shapes.Member),
        ["configuration_index"] = reply.ConfigurationIndex,
        ["joint"] = reply.Joint,
    };
}
