using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.VarFiles;

namespace Pryvd.Cli.Verbs;

internal static class VarExport
{
    public static Verb Create(Kit kit)
    {
        var scope = Flags.Scope("--scope", "Of this scope alone [default: all]");
        var reveal = Flags.Reveal();
        var stale = Flags.Stale();
        return new Verb(
            "export", "Print variables as YAML that 'var import' reads; secrets are masked, and a masked one cannot be imported",
            "pryvd var export > vars.yaml", "pryvd var export --reveal > secret-vars.yaml") { scope, reveal, stale }
        .Does(kit, async call =>
        {
            var request = new ListVarsRequest { Scope = call.Value(scope) ?? "", Reveal = call.Value(reveal), Mode = call.Mode(stale) };
            var reply = await Pages.All(call, request);
            await call.Terminal.Out.WriteAsync(VarFile.Write(reply.Vars));
            call.Output.Age(reply.Info);
        });
    }
}
