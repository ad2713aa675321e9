using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class InitVerb
{
    // The authority's keys are made and written to the disk.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static Verb Create(Kit kit)
    {
        var cluster = new System.CommandLine.Option<string>("--cluster") { Description = "Name of the cluster [default: pryvd]", HelpName = "NAME" };
        var group = Flags.Group();
        var vars = Flags.Vars();
        return new Verb(
            "init", "Make this node the first of a new cluster", "pryvd init --cluster prod", "pryvd init --cluster prod --group eu --var rack=r1")
        { cluster, group, vars }.Does(kit, async call =>
        {
            var request = new InitRequest { ClusterName = call.Value(cluster) ?? "", Group = call.Value(group) ?? "" };
            request.Vars.Add(new Dictionary<string, string>(await VarText.ReadMap(call.Value(vars), call.Terminal, call.Stop)));
            var reply = await call.Once(options => call.Daemon.Cluster.InitAsync(request, options), _patience);
            call.Output.Print(Shape(reply), Lines(reply));
        });
    }

    private static JsonObject Shape(InitReply reply) => new()
    {
        ["cluster_id"] = reply.ClusterId,
        ["node"] = reply.Node,
        ["token"] = reply.Token,
        ["join_line"] = reply.JoinLine,
        ["recovery_key_file"] = reply.RecoveryKeyFile,
    };

    private static string[] Lines(InitReply reply) =>
    [
        $"The cluster {reply.ClusterId} is there; {reply.Node} is its first node.",
        "",
        $"Recovery key: {reply.RecoveryKeyFile}",
        "  It alone opens the cluster's keys when all voters are lost. Copy it to a safe place off this",
        "  machine (a password store, a sealed envelope), then delete the file here. It is written once.",
        "",
        "To join the next node, put this token into a file there (it is good for one node), and join:",
        "",
        reply.Token,
        "",
        reply.JoinLine,
    ];
}
