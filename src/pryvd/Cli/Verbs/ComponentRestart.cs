using System.CommandLine;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentRestart
{
    public static Verb Create(Kit kit) => ComponentChange.Create(
        kit,
        "restart",
        "Restart a component, or one instance of it, where it is",
        "is being restarted",
        new Argument<string>("TARGET") { Description = "A component (core) or an instance (core/0)" },
        "pryvd component restart core",
        "pryvd component restart core/0");
}
