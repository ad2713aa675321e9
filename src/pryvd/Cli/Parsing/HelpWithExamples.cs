using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pryvd.Cli.Parsing;

/// <summary>The parser's help with examples below it; the root's own page for the root.</summary>
internal sealed class HelpWithExamples(HelpAction standard) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is RootCommand root)
        {
            return RootHelp.Print(root, output);
        }

        standard.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
            {
                output.WriteLine("  " + example);
            }
        }

        return ExitCode.Done;
    }
}
