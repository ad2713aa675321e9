using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Printing;

/// <summary>Prints an answer: a document for scripts, or lines and tables for people.</summary>
internal sealed class Output(Terminal terminal, bool isJson)
{
    public bool IsJson { get; } = isJson;

    public void Print(JsonNode json, TextTable table, string whenEmpty)
    {
        if (IsJson)
        {
            terminal.Out.WriteLine(JsonText.Document(json));
        }
        else if (table.Count == 0)
        {
            Report.Note(terminal, whenEmpty);
        }
        else
        {
            table.Print(terminal);
        }
    }

    public void Print(JsonNode json, params string[] lines)
    {
        if (IsJson)
        {
            terminal.Out.WriteLine(JsonText.Document(json));
            return;
        }

        foreach (var line in lines)
        {
            terminal.Out.WriteLine(line);
        }
    }

    /// <summary>One item of a stream.</summary>
    public void Item(JsonNode json, string line) => terminal.Out.WriteLine(IsJson ? JsonText.Line(json) : Visible.Of(line));

    /// <summary>Tells a person how old a stale answer is; scripts find it in the document.</summary>
    public void Age(ReadInfo? info)
    {
        if (!IsJson && info is { Stale: true })
        {
            var age = info.AgeMs < 0 ? "of unknown age" : $"{DurationText.Of(TimeSpan.FromMilliseconds(info.AgeMs))} old";
            Report.Note(terminal, $"this is the node's own copy, {age} (index {info.AppliedIndex}).");
        }
    }

    public string Time(long milliseconds) => Times.Local(milliseconds, terminal.Zone);
}
