using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarDelete
{
    public static Verb Create(Kit kit)
    {
        var key = new Argument<string>("KEY") { Description = "The variable" };
        var scope = Flags.Scope();
        var ifVersion = Flags.IfVersion();
        return new Verb("delete", "Delete a variable; its history stays", "pryvd var delete smtp_host", "pryvd var delete --scope node/n1 rack --if-version 2")
        { key, scope, ifVersion }.Does(kit, async call =>
        {
            var request = new DeleteVarRequest { Key = call.Value(key), Scope = call.Value(scope) ?? ScopeText.Default };
            if (call.Value(ifVersion) is { } version)
            {
                request.IfVersion = version;
            }

            var reply = await call.Write((id, options) =>
            {
                request.RequestId = id;
                return call.Daemon.Vars.DeleteVarAsync(request, options);
            });
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(request.Key)} is deleted from {request.Scope}.");
        });
    }
}
