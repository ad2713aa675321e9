using System.CommandLine;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Manual;

/// <summary>pryvd(1), from the tree that --help is made of.</summary>
internal static class ProgramPage
{
    public static string Of(RootCommand root)
    {
        var page = new ManText("pryvd", 1)
            .Heading("NAME").Paragraph("pryvd - a cluster daemon for services that keep state, and its command line")
            .Heading("SYNOPSIS").Paragraph("pryvd NOUN [VERB] [ARGUMENTS] [OPTIONS]")
            .Heading("DESCRIPTION")
            .Paragraph(
                "Every machine runs the same program. The cluster remembers its members, variables and events in a replicated log, so that a node that is "
                + "restarted, replaced or wiped gets everything back from its peers. The command line talks to the daemon of its own machine over a local socket, "
                + "which root and the members of the group pryvd may use.")
            .Heading("COMMANDS");
        Describe(page, root, "pryvd");
        Options(page.Heading("OPTIONS FOR ALL COMMANDS"), root.Options.Where(option => option.Recursive));
        page.Heading("EXIT STATUS");
        foreach (var (code, meaning) in ExitCode.Meanings)
        {
            page.Term(code, "", meaning);
        }

        return page
            .Heading("FILES")
            .Term("/etc/pryvd/pryvd.yaml", "", "Settings of this node, see pryvd.yaml(5).")
            .Term("/var/lib/pryvd", "", "State of this node: identity, log and databases.")
            .Term("/run/pryvd/pryvd.sock", "", "The local socket.")
            .Heading("SEE ALSO").Paragraph("pryvd.yaml(5), systemctl(1), journalctl(1)")
            .ToString();
    }

    private static void Describe(ManText page, Command command, string path)
    {
        foreach (var below in command.Subcommands.Where(c => !c.Hidden))
        {
            if (below.Subcommands.Count == 0)
            {
                DescribeVerb(page, below, $"{path} {below.Name}");
            }

            Describe(page, below, $"{path} {below.Name}");
        }
    }

    private static void DescribeVerb(ManText page, Command verb, string path)
    {
        page.SubHeading(string.Join(' ', [path, .. verb.Arguments.Where(a => !a.Hidden).Select(Written)])).Paragraph(Sentence(verb.Description));
        foreach (var argument in verb.Arguments.Where(a => !a.Hidden))
        {
            page.Term(argument.Name, "", Sentence(argument.Description));
        }

        Options(page, verb.Options);
        if (verb is Verb { Examples.Count: > 0 } known)
        {
            page.Example(known.Examples);
        }
    }

    private static void Options(ManText page, IEnumerable<Option> options)
    {
        foreach (var option in options.Where(o => !o.Hidden))
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
            page.Term(names, option.ValueType == typeof(bool) ? "" : option.HelpName ?? "", Sentence(option.Description));
        }
    }

    private static string Written(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;

    private static string Sentence(string? text) => string.IsNullOrEmpty(text) ? "" : text.EndsWith('.') ? text : text + ".";
}
