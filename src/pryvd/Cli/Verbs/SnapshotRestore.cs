using System.CommandLine;
using System.Text.Json.Nodes;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class SnapshotRestore
{
    public static Verb Create(Kit kit)
    {
        var file = new Argument<string>("FILE") { Description = "A file that 'snapshot save' wrote" };
        var dataDir = new Option<string>("--data-dir") { Description = "An empty folder, or one that does not exist yet", HelpName = "DIR", Required = true };
        var identityDir = new Option<string>("--identity-dir")
        {
            Description = "Where the node's identity goes, if the daemon is set so (PRYVD_IDENTITY_DIR) [default: identity in --data-dir]", HelpName = "DIR",
        };
        var key = new Option<string>("--recovery-key") { Description = "File with the recovery key that init wrote; - for standard input", HelpName = "FILE", Required = true };
        var name = new Option<string>("--name") { Description = "Name of the node that goes on from here [default: this machine's]", HelpName = "N" };
        var advertise = new Option<string>("--advertise") { Description = "Where its peers reach it", HelpName = "HOST:PORT" };
        var yes = Flags.Yes();
        return new Verb(
            "restore", "Begin a new epoch of a cluster from a snapshot, on one node, with no daemon running",
            "pryvd snapshot restore state.snapshot --data-dir /var/lib/pryvd --recovery-key recovery.key") { file, dataDir, identityDir, key, name, advertise, yes }
        .Does(kit, async call =>
        {
            var (source, target) = (Path.GetFullPath(call.Value(file)), Path.GetFullPath(call.Value(dataDir)!));
            var identity = (call.Value(identityDir) ?? call.Terminal.Environment("PRYVD_IDENTITY_DIR")) is { Length: > 0 } given ? Path.GetFullPath(given) : null;
            await Question.Confirm(
                call, call.Value(yes),
                $"The state of {source} begins a new epoch in {target}. What was written after the snapshot is lost, and all other nodes of the cluster must join again.");
            var secret = await BoundedText.Secret(call.Value(key)!, "recovery key", call.Terminal, call.Stop);
            var restored = await call.Parts.Snapshots.Restore(
                new RestoreRequest(source, target, identity, secret, call.Value(name), call.Value(advertise)), call.Stop);
            call.Output.Print(Shape(restored), Lines(restored));
        });
    }

    private static JsonObject Shape(RestoredState restored) => new()
    {
        ["cluster"] = restored.Cluster,
        ["node"] = restored.Node,
        ["epoch"] = restored.Epoch,
        ["index"] = restored.Index,
        ["lost_nodes"] = JsonText.Array(restored.LostNodes, node => JsonValue.Create(node)),
    };

    private static string[] Lines(RestoredState restored) =>
    [
        $"The cluster {restored.Cluster} goes on from index {restored.Index} in epoch {restored.Epoch}, with {restored.Node} alone.",
        "Start the daemon ('systemctl start pryvd'), then let the others join again with new tokens:",
        restored.LostNodes.Count == 0 ? "  (there were no others)" : "  " + string.Join(", ", restored.LostNodes),
    ];
}
