using System.Globalization;
using System.Text;

namespace Pryvd.Cli.Printing;

/// <summary>Text from elsewhere for a terminal: control characters are shown, so that no value can move the cursor or fake a line.</summary>
internal static class Visible
{
    public static string Of(string text) => text.Any(IsHidden) ? Escape(text) : text;

    private static string Escape(string text)
    {
        var shown = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            shown.Append(c switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ when IsHidden(c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return shown.ToString();
    }

    // Format characters turn the direction of writing around, which hides things as well.
    private static bool IsHidden(char c) => char.IsControl(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
