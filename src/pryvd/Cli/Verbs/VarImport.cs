using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;
using Pryvd.Cli.VarFiles;

namespace Pryvd.Cli.Verbs;

internal static class VarImport
{
    public static Verb Create(Kit kit)
    {
        var file = new Argument<string>("FILE") { Description = "YAML: scope, then key, then value, as 'var export' prints it; - for standard input. A secret is tagged !secret" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be set" };
        return new Verb("import", "Set all variables of a file, all or none", "pryvd var import vars.yaml --dry-run", "pryvd var import - < vars.yaml")
        { file, dryRun }.Does(kit, async call =>
        {
            var assignments = VarFile.Read(await Text(call, call.Value(file)));
            if (call.Value(dryRun))
            {
                Preview(call, assignments);
                return;
            }

            var request = new SetVarsRequest { Scope = ScopeText.Default };
            request.Vars.Add(assignments);
            var reply = assignments.Count == 0 ? new WriteReply() : await VarSet.Send(call, request);
            var json = Shapes.Write(reply);
            json["count"] = assignments.Count;
            call.Output.Print(json, $"{assignments.Count} variables are set.");
        });
    }

    private static Task<string> Text(Call call, string file) => file == "-"
        ? BoundedText.FromStream(call.Terminal.In, "standard input", VarFile.MaxBytes, call.Stop)
        : BoundedText.FromFile(file, VarFile.MaxBytes, call.Stop);

    private static void Preview(Call call, IReadOnlyList<VarAssignment> assignments)
    {
        var table = new TextTable("SCOPE", "KEY", "VALUE");
        foreach (var assignment in assignments)
        {
            table.Row(assignment.Scope, assignment.Key, assignment.Secret ? VarFile.Mask : JsonText.Bare(assignment.Json));
        }

        call.Output.Print(new JsonObject { ["would_set"] = JsonText.Array(assignments, Shape) }, table, "the file sets nothing.");
    }

    private static JsonObject Shape(VarAssignment assignment) => new()
    {
        ["key"] = assignment.Key,
        ["value"] = assignment.Secret ? VarFile.Mask : JsonText.Value(assignment.Json),
        ["scope"] = assignment.Scope,
        ["secret"] = assignment.Secret,
    };
}
