using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentStop
{
    public static Verb Create(Kit kit) => ComponentChange.Create(
        kit, "stop", "Stop all instances of a component; their homes stay", "is being stopped", ComponentArguments.Name(), "pryvd component stop core");
}
