using System.Text;

namespace Pryvd.Model.Components;

/// <summary><c>${NAME}</c> in commands, environments and checks. <c>$${NAME}</c> is the text <c>${NAME}</c> itself; any other dollar stands for itself.</summary>
public static class Placeholders
{
    /// <summary>The names that the text refers to.</summary>
    public static IReadOnlyList<string> NamesIn(string text)
    {
        var names = new List<string>();
        Fill(text, name =>
        {
            names.Add(name);
            return "";
        });
        return names;
    }

    /// <summary>The text with each name replaced by what <paramref name="valueOf"/> says.</summary>
    public static string Fill(string text, Func<string, string> valueOf)
    {
        var filled = new StringBuilder(text.Length);
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var start && text.IndexOf('}', start) is >= 0 and var end)
        {
            var isEscaped = start > at && text[start - 1] == '$';
            filled.Append(text, at, start - at - (isEscaped ? 1 : 0)).Append(isEscaped ? "${" : valueOf(text[(start + 2)..end]));
            at = isEscaped ? start + 2 : end + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }
}
