using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentPlan
{
    // As terraform plan has it, so that a failure is not taken for "there are changes".
    private const int Changes = 1;
    private const int Error = 255;

    public static Verb Create(Kit kit)
    {
        var files = ComponentArguments.Files();
        return new Verb(
            "plan", "Show what applying files would change (exit 0: nothing, 1: something, 255: an error)", "pryvd component plan core.yaml") { files }
        .Does(kit, async call =>
        {
            try
            {
                var given = await ComponentFiles.Read(call, call.Value(files));
                var plan = await call.Read(options => call.Daemon.Components.PlanComponentsAsync(new PlanComponentsRequest { Files = { given.Files } }, options));
                call.Output.Print(ComponentShapes.Plan(plan), [.. ComponentText.Lines(plan).Select(Visible.Of)]);
                return ComponentText.Changes(plan) ? Changes : ExitCode.Done;
            }
            catch (Exception e)
            {
                Report.Failure(kit.Terminal, await call.Explain(e));
                return Error;
            }
        });
    }
}
