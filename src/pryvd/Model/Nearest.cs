namespace Pryvd.Model;

/// <summary>"Did you mean": the known word that is fewest edits away.</summary>
internal static class Nearest
{
    private const int MostEdits = 3;

    /// <summary>A question to append to a message; empty when nothing is near enough.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var best = known.Select(candidate => (candidate, edits: Edits(word, candidate))).MinBy(pair => pair.edits);
        return best.candidate is not null && best.edits <= Math.Min(MostEdits, word.Length / 2) ? $" Did you mean '{best.candidate}'?" : "";
    }

    // Levenshtein's distance, row by row.
    internal static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        foreach (var (c, i) in from.Select((c, i) => (c, i)))
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (c == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }
}
