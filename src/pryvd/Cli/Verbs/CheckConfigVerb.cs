using System.CommandLine;
using System.Text.Json.Nodes;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;
using Pryvd.Hosting;

namespace Pryvd.Cli.Verbs;

internal static class CheckConfigVerb
{
    public static Verb Create(Kit kit)
    {
        var file = new Argument<string>("FILE") { Description = "A settings file" };
        return new Verb("check-config", "Check a settings file and say all that is wrong with it", $"pryvd check-config {DaemonOptions.DefaultConfigFile}") { file }
        .Does(kit, call => Task.FromResult(Check(call, call.Value(file))));
    }

    private static int Check(Call call, string file)
    {
        var problems = DaemonConfiguration.Check(file);
        if (call.Output.IsJson)
        {
            call.Output.Print(new JsonObject { ["ok"] = problems.Count == 0, ["problems"] = JsonText.Array(problems, Shape) });
        }
        else if (problems.Count == 0)
        {
            call.Output.Print(new JsonObject(), $"{Visible.Of(file)} is good.");
        }
        else
        {
            Report.Problems(call.Terminal, problems.Select(problem => problem.ToString()));
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static JsonObject Shape(ConfigProblem problem) => new() { ["where"] = problem.Where, ["message"] = problem.Message };
}
