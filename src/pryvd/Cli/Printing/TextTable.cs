using Spectre.Console;

namespace Pryvd.Cli.Printing;

/// <summary>Rows under headings. On a terminal long cells wrap; in a pipe nothing is cut and every row is one line.</summary>
internal sealed class TextTable
{
    private const int Unbounded = 16 * 1024 * 1024;

    private readonly Table _table = new Table().NoBorder();

    public TextTable(params string[] headings)
    {
        foreach (var heading in headings)
        {
            _table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))).PadLeft(0).PadRight(3));
        }
    }

    public int Count => _table.Rows.Count;

    public TextTable Row(params string[] cells)
    {
        _table.AddRow(cells.Select(cell => new Text(Visible.Of(cell), StyleOf(cell))));
        return this;
    }

    public void Print(Terminal terminal)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.Colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.Colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = terminal.OutIsTerminal ? terminal.Width : Unbounded;
        console.Write(_table);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
        {
            terminal.Out.WriteLine(line.TrimEnd());
        }
    }

    private static Style StyleOf(string cell) => cell switch
    {
        "ready" or "usable" or "running" or "healthy" => new Style(Color.Green),
        "unreachable" or "dead" or "expired" or "stopped" or "unhealthy" or "failed" or "crash_loop" or "data_lost" or "fenced" or "unknown" => new Style(Color.Red),
        "commissioning" or "draining" or "maintenance" or "decommissioning" or "joining" or "deleting" or "pending" or "fetching" or "preparing" or "starting" or "backoff" => new Style(Color.Yellow),
        _ => Style.Plain,
    };
}
