namespace Pryvd.Model;

/// <summary>The lower-case words under which roles and states are stored, shown and asked for.</summary>
public static class Words
{
    private static readonly string[] States = WordsOf<NodeState>();

    private static readonly string[] Roles = WordsOf<NodeRole>();

    public static string Word(this NodeState state) => States[(int)state];

    public static string Word(this NodeRole role) => Roles[(int)role];

    public static bool TryParseState(string word, out NodeState state)
    {
        var position = Array.IndexOf(States, word);
        state = (NodeState)Math.Max(position, 0);
        return position >= 0;
    }

    /// <summary>The empty word is <see cref="NodeRole.Auto"/>.</summary>
    public static bool TryParseRole(string word, out NodeRole role)
    {
        var position = word.Length == 0 ? 0 : Array.IndexOf(Roles, word);
        role = (NodeRole)Math.Max(position, 0);
        return position >= 0;
    }

    private static string[] WordsOf<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
}
