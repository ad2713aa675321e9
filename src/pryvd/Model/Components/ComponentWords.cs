namespace Pryvd.Model.Components;

/// <summary>The lower-case words under which states and choices of components are stored, shown and asked for.</summary>
public static class ComponentWords
{
    public static string Word(this InstanceState state) => Of<InstanceState>.All[(int)state];

    public static string Word(this Driver driver) => Of<Driver>.All[(int)driver];

    public static string Word(this HomePolicy home) => Of<HomePolicy>.All[(int)home];

    public static string Word(this ArtifactFormat format) => Of<ArtifactFormat>.All[(int)format];

    public static string Word(this CheckKind kind) => Of<CheckKind>.All[(int)kind];

    /// <summary>All words of the enumeration, in the order of its values.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Of<T>.All;

    public static bool TryParse<T>(string word, out T value)
        where T : struct, Enum
    {
        var position = Array.IndexOf(Of<T>.All, word);
        value = position < 0 ? default : Of<T>.Values[position];
        return position >= 0;
    }

    /// <summary><c>CrashLoop</c> is <c>crash_loop</c>.</summary>
    private static string Snake(string name) =>
        string.Concat(name.Select((letter, at) => (at > 0 && char.IsAsciiLetterUpper(letter) ? "_" : "") + char.ToLowerInvariant(letter)));

    private static class Of<T>
        where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();

        public static readonly string[] All = [.. Values.Select(value => Snake(value.ToString()))];
    }
}
