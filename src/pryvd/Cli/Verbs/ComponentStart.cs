using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentStart
{
    public static Verb Create(Kit kit) => ComponentChange.Create(
        kit, "start", "Start a component that was stopped", "is being started", ComponentArguments.Name(), "pryvd component start core");
}
