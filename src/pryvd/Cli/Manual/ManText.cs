using System.Text;

namespace Pryvd.Cli.Manual;

/// <summary>Writes a page in the man macros of roff, man(7): headings, paragraphs and terms, with whatever roff would take for its own escaped.</summary>
internal sealed class ManText
{
    private readonly StringBuilder _text = new();

    /// <param name="name">As `man NAME` asks for it.</param>
    /// <param name="section">1 for programs, 5 for files.</param>
    public ManText(string name, int section) => Line($".TH \"{Escape(name.ToUpperInvariant())}\" {section} \"\" pryvd \"pryvd manual\"");

    public ManText Heading(string title) => Line($".SH {Escape(title)}");

    public ManText SubHeading(string title) => Line($".SS {Escape(title)}");

    public ManText Paragraph(string text) => Line(".PP").Line(OneLine(text));

    /// <summary>A term in bold, what it takes in italics, and what it means.</summary>
    public ManText Term(string term, string takes, string meaning) =>
        Line(".TP").Line($@"\fB{Escape(term)}\fR{(takes.Length == 0 ? "" : $@" \fI{Escape(takes)}\fR")}").Line(OneLine(meaning));

    /// <summary>Lines as they stand.</summary>
    public ManText Example(IEnumerable<string> lines)
    {
        Line(".PP").Line(".RS 4").Line(".EX");
        foreach (var line in lines)
        {
            Line(OneLine(line));
        }

        return Line(".EE").Line(".RE");
    }

    public override string ToString() => _text.ToString();

    private ManText Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>A line that begins with a dot or an apostrophe would be a request.</summary>
    private static string OneLine(string text)
    {
        var line = Escape(text.ReplaceLineEndings(" "));
        return line.StartsWith('.') || line.StartsWith('\'') ? @"\&" + line : line;
    }

    private static string Escape(string text) =>
        text.Replace(@"\", @"\e", StringComparison.Ordinal).Replace("-", @"\-", StringComparison.Ordinal).Replace("'", @"\(aq", StringComparison.Ordinal);
}
