using System.CommandLine;
using Pryvd.Agent.Drivers;
using Pryvd.Cli.Parsing;
using Pryvd.Guard;

namespace Pryvd.Cli.Verbs;

/// <summary>Its plain form never comes here: the program starts the guard before it makes a parser.</summary>
internal static class GuardVerb
{
    public static Verb Create(Kit kit)
    {
        var folder = new Option<string>(GuardOptions.DataDirFlag) { Description = "Data folder of the daemon", HelpName = "PATH", DefaultValueFactory = _ => GuardOptions.DefaultDataDir };
        var detach = new Option<bool>(GuardOptions.DetachFlag) { Description = "In a session of its own; says 'ready' and lets go of the standard streams" };
        var end = new Option<bool>("--end") { Description = "End all that the guard of the data folder runs, then the guard itself" };
        return new Verb(
            "guard", "Run the parent of this node's instances, which outlives the daemon; the daemon starts one where none runs. --socket sets the guard's own socket",
            "pryvd guard --data-dir /var/lib/pryvd") { folder, detach, end }
        .Does(kit, async call =>
        {
            if (!call.Value(end))
            {
                return call.Parts.Guard(new GuardOptions(call.Value(folder)!, call.Value(kit.Socket), call.Value(detach)));
            }

            return await GuardEnding.RunAsync(call.Value(folder)!) is { } left
                ? throw CliException.Failed("The guard could not be ended.", left)
                : ExitCode.Done;
        });
    }
}
