using System.Reflection;
using System.Text.Json.Nodes;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class VersionVerb
{
    public static Verb Create(Kit kit) => new Verb("version", "The version of this program", "pryvd version -o json").Does(kit, call =>
    {
        call.Output.Print(new JsonObject { ["version"] = Version }, $"pryvd {Version}");
        return Task.CompletedTask;
    });

    private static string Version =>
        typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
