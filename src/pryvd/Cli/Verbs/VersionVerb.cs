using System.Text.Json.Nodes;
using Pryvd.Cli.Parsing;
using Pryvd.Hosting;

namespace Pryvd.Cli.Verbs;

internal static class VersionVerb
{
    public static Verb Create(Kit kit) => new Verb("version", "The version of this program", "pryvd version -o json").Does(kit, call =>
    {
        call.Output.Print(new JsonObject { ["version"] = ProgramVersion.Full }, $"pryvd {ProgramVersion.Full}");
        return Task.CompletedTask;
    });
}
