namespace Pryvd.Cli.Parsing;

/// <summary>Texts of the form KEY=VALUE, whose shape was checked when the command line was read.</summary>
internal static class Pairs
{
    public static (string Key, string Value) Split(string text)
    {
        var equals = text.IndexOf('=');
        return (text[..equals], text[(equals + 1)..]);
    }

    /// <summary>A map of them; a key that stands there twice is refused.</summary>
    public static IEnumerable<(string Key, string Value)> Distinct(IEnumerable<string>? texts, string option)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in (texts ?? []).Select(Split))
        {
            yield return seen.Add(pair.Key)
                ? pair
                : throw CliException.Usage($"'{pair.Key}' is given twice{(option == "" ? "" : " with " + option)}; give it once.");
        }
    }
}
