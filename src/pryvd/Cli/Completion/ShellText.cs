namespace Pryvd.Cli.Completion;

/// <summary>What the scripts of the three shells share.</summary>
internal static class ShellText
{
    /// <summary>Options that take a value, with the values where they are few (else none: a file name or free text).</summary>
    public static IEnumerable<(string Option, string Values)> Valued(CompletionWords words) => words.Places
        .SelectMany(place => place.Options)
        .Where(word => word.TakesValue)
        .GroupBy(word => word.Text, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => (group.Key, string.Join(' ', group.SelectMany(word => word.Values).Distinct())));

    /// <summary>A description inside single quotes, short and without what a shell would take as its own.</summary>
    public static string Quoted(string description)
    {
        const int longest = 70;
        var plain = description.Replace("'", "", StringComparison.Ordinal).Replace(':', ',').Replace('\\', ' ').Replace('[', '(').Replace(']', ')');
        return plain.Length <= longest ? plain : plain[..longest].TrimEnd() + "…";
    }
}
