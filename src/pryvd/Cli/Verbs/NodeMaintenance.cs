using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class NodeMaintenance
{
    public static Verb Create(Kit kit) => NodeOperation.Create(
        kit, "maintenance", "Take a node to maintenance: it gets nothing new, keeps its instances, and may be off without being called silent",
        "is in maintenance: it may be off, and what runs there is not given away; 'pryvd node restore' ends that.",
        "pryvd node maintenance n2 --cause 'new memory'");
}
