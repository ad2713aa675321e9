using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class NodeCordon
{
    public static Verb Create(Kit kit) => NodeOperation.Create(
        kit, "cordon", "Give a node no new instances; those that it has stay",
        "is cordoned: it gets no new instances; 'pryvd node restore' ends that.",
        "pryvd node cordon n2 --cause 'its fan is loud'");
}
