using System.CommandLine;
using System.Text.Json.Nodes;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class SnapshotInspect
{
    public static Verb Create(Kit kit)
    {
        var file = new Argument<string>("FILE") { Description = "A file that 'snapshot save' wrote" };
        return new Verb("inspect", "Check a snapshot and say what is in it; needs no daemon", "pryvd snapshot inspect /backup/state.snapshot") { file }
        .Does(kit, async call =>
        {
            var facts = await call.Parts.Snapshots.Inspect(Path.GetFullPath(call.Value(file)), call.Stop);
            call.Output.Print(Shape(facts), Table(facts), "");
        });
    }

    private static JsonObject Shape(SnapshotFacts facts) => new()
    {
        ["cluster"] = facts.Cluster,
        ["cluster_id"] = facts.ClusterId,
        ["epoch"] = facts.Epoch,
        ["term"] = facts.Term,
        ["index"] = facts.Index,
        ["cluster_version"] = facts.ClusterVersion,
        ["digest"] = facts.Digest,
        ["bytes"] = facts.Bytes,
        ["nodes"] = facts.Nodes,
        ["vars"] = facts.Vars,
        ["format"] = facts.Format,
    };

    private static TextTable Table(SnapshotFacts facts) => new TextTable("SNAPSHOT", "OK")
        .Row("cluster", $"{facts.Cluster} ({facts.ClusterId})")
        .Row("index", $"{facts.Index} (term {facts.Term}, epoch {facts.Epoch})")
        .Row("cluster version", $"{facts.ClusterVersion}")
        .Row("digest", facts.Digest)
        .Row("size", $"{facts.Bytes} bytes, format {facts.Format}")
        .Row("holds", $"{facts.Nodes} nodes, {facts.Vars} variables");
}
