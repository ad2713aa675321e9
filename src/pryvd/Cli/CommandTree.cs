using System.CommandLine;
using System.CommandLine.Help;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Verbs;

namespace Pryvd.Cli;

/// <summary>All that can be said to pryvd. A new verb is one file in Verbs/ and one line here.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<Kit, Verb> Create)[] Verbs =
    [
        ("dev", DevVerb.Create),
        ("run", RunVerb.Create),
        ("guard", GuardVerb.Create),
        ("init", InitVerb.Create),
        ("join", JoinVerb.Create),
        ("leave", LeaveVerb.Create),
        ("token", Tokens),
        ("status", StatusVerb.Create),
        ("node", Nodes),
        ("var", Vars),
        ("component", Components),
        ("route", Routes),
        ("logs", LogsVerb.Create),
        ("event", Events),
        ("snapshot", Snapshots),
        ("raft", Rafts),
        ("check-config", CheckConfigVerb.Create),
        ("completion", CompletionVerb.Create),
        ("man", ManVerb.Create),
        ("version", VersionVerb.Create),
    ];

    /// <summary>The whole tree, or that of one noun: a daemon's start should not pay for verbs that it does not run.</summary>
    /// <param name="first">The first word of the command line; where it is no noun, the tree is whole.</param>
    public static RootCommand Create(Terminal terminal, CliParts parts, string? first = null)
    {
        var kit = new Kit(terminal, parts);
        var root = new RootCommand("A cluster that remembers.") { kit.Output, kit.Socket, kit.Timeout };
        var isNoun = Verbs.Any(verb => verb.Name == first);
        foreach (var verb in Verbs.Where(verb => !isNoun || verb.Name == first))
        {
            root.Add(verb.Create(kit));
        }

        root.SetAction(parsed => RootHelp.Print(root, parsed.InvocationConfiguration.Output));
        UseOwnHelp(root);
        return root;
    }

    private static Verb Tokens(Kit kit) => Noun(
        "token", "Tokens that admit one node each", TokenCreate.Create(kit), TokenList.Create(kit), TokenRevoke.Create(kit));

    private static Verb Routes(Kit kit) => Noun(
        "route", "Which healthy instance answers for a host name", RouteList.Create(kit), RouteWatch.Create(kit));

    private static Verb Events(Kit kit) => Noun(
        "event", "What changed, when, by whom and why", EventList.Create(kit), EventWatch.Create(kit));

    private static Verb Snapshots(Kit kit) => Noun(
        "snapshot", "Copies of the cluster's state", SnapshotSave.Create(kit), SnapshotInspect.Create(kit), SnapshotRestore.Create(kit));

    private static Verb Nodes(Kit kit) => Noun(
        "node", "The machines of the cluster",
        NodeList.Create(kit), NodeShow.Create(kit), NodeCommission.Create(kit), NodeDecommission.Create(kit), NodeCordon.Create(kit),
        NodeDrain.Create(kit), NodeMaintenance.Create(kit), NodeRestore.Create(kit), NodeTag.Create(kit), NodeWatch.Create(kit));

    private static Verb Vars(Kit kit) => Noun(
        "var", "Extra-vars of the cluster, its groups, nodes and components",
        VarSet.Create(kit), VarGet.Create(kit), VarList.Create(kit), VarHistory.Create(kit), VarDelete.Create(kit), VarResolve.Create(kit),
        VarWatch.Create(kit), VarImport.Create(kit), VarExport.Create(kit));

    private static Verb Components(Kit kit) => Noun(
        "component", "What runs on the cluster",
        ComponentPlan.Create(kit), ComponentApply.Create(kit), ComponentList.Create(kit), ComponentShow.Create(kit), ComponentStop.Create(kit),
        ComponentStart.Create(kit), ComponentRestart.Create(kit), ComponentDelete.Create(kit), ComponentExplain.Create(kit));

    private static Verb Rafts(Kit kit) => Noun(
        "raft", "The consensus group beneath the cluster",
        RaftPeers.Create(kit), RaftTransfer.Create(kit), RaftRemove.Create(kit), RaftDigest.Create(kit), RaftRecover.Create(kit));

    private static Verb Noun(string name, string description, params Verb[] verbs)
    {
        var noun = new Verb(name, description);
        foreach (var verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }

    private static void UseOwnHelp(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        }
    }
}
