namespace Pryvd.Tests.House;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The sources below a folder, without what a build made.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string Find(string from) =>
        File.Exists(Path.Combine(from, "Pryvd.sln")) ? from : Find(Path.GetDirectoryName(from) ?? throw new DirectoryNotFoundException("no Pryvd.sln above the tests"));
}
