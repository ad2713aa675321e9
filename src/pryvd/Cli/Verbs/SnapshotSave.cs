using System.CommandLine;
using System.Text.Json.Nodes;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class SnapshotSave
{
    public static Verb Create(Kit kit)
    {
        var file = new Argument<string>("FILE") { Description = "Where to write it; an existing file is kept unless --yes is given" };
        var yes = Flags.Yes();
        return new Verb("save", "Save a consistent copy of the cluster's state", "pryvd snapshot save /backup/state.snapshot") { file, yes }
        .Does(kit, async call =>
        {
            var path = Path.GetFullPath(call.Value(file));
            var bytes = await new SnapshotDownload(call, path, call.Value(yes)).Run();
            call.Output.Print(
                new JsonObject { ["file"] = path, ["bytes"] = bytes },
                $"Saved {bytes} bytes to {Visible.Of(path)}. Look at it with 'pryvd snapshot inspect'.");
        });
    }
}
