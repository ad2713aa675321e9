using System.CommandLine;

namespace Pryvd.Cli.Verbs;

/// <summary>Arguments that several verbs of components have.</summary>
internal static class ComponentArguments
{
    public static Argument<string[]> Files() => new("FILE")
    {
        Description = "Component files (YAML; several documents are several components); - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Argument<string> Name() => new("COMPONENT") { Description = "Name of the component" };
}
