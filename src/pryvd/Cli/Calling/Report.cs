using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Calling;

/// <summary>Says on stderr what went wrong.</summary>
internal static class Report
{
    public static int Failure(Terminal terminal, CliException failure)
    {
        if (failure.Message != "")
        {
            // A message may hold several complaints, one a line.
            Problems(terminal, failure.Message.Split('\n'));
        }

        if (failure.Hint is { } hint)
        {
            terminal.Error.WriteLine("hint: " + Visible.Of(hint));
        }

        return failure.ExitCode;
    }

    public static void Problems(Terminal terminal, IEnumerable<string> problems)
    {
        foreach (var problem in problems)
        {
            terminal.Error.WriteLine("error: " + Visible.Of(problem));
        }
    }

    public static void Note(Terminal terminal, string text) => terminal.Error.WriteLine("note: " + Visible.Of(text));
}
