using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class NodeRestore
{
    public static Verb Create(Kit kit) => NodeOperation.Create(
        kit, "restore", "End a node's cordon, drain or maintenance",
        "is restored: it gets new instances again; nothing that moved away comes back by itself.",
        "pryvd node restore n2");
}
