using System.Text;

namespace Pryvd.Model.Components;

/// <summary><c>${NAME}</c> in commands, environments and checks. <c>$${NAME}</c> is the text <c>${NAME}</c> itself; any other dollar stands for itself.</summary>
public static class Placeholders
{
    /// <summary>The names that the text refers to; one that is not closed is the rest of the text.</summary>
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
        for (var start = text.IndexOf("${", StringComparison.Ordinal); start >= 0; start = text.IndexOf("${", at, StringComparison.Ordinal))
        {
            var isEscaped = start > at && text[start - 1] == '$';
            var end = text.IndexOf('}', start);
            if (isEscaped)
            {
                filled.Append(text, at, start - 1 - at).Append("${");
                at = start + 2;
                continue;
            }

            filled.Append(text, at, start - at).Append(valueOf(end < 0 ? text[(start + 2)..] : text[(start + 2)..end]));
            at = end < 0 ? text.Length : end + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }
}
