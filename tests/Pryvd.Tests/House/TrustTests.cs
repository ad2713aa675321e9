using System.Text.RegularExpressions;

namespace Pryvd.Tests.House;

/// <summary>tests/DESIGN.md says which test holds which guarantee (G5); a test that was renamed or dropped must not stand there any more.</summary>
public sealed partial class TrustTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "tests/DESIGN.md"));

    private static readonly IReadOnlyDictionary<string, string> Sources = Repository.Sources("tests")
        .SelectMany(file => Declared().Matches(File.ReadAllText(file)).Select(match => (Name: match.Groups[1].Value, File: file)))
        .GroupBy(found => found.Name)
        .ToDictionary(group => group.Key, group => string.Concat(group.Select(found => File.ReadAllText(found.File))));

    public static TheoryData<string> Promises =>
        [.. Enumerable.Range(1, 11).Select(i => $"| {i} "), .. "M1 M2 M3 M4 M6 M7 M8 M9 M10 M11 M13 G3 G5 G6".Split(' ').Select(id => $"| {id} |")];

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var missing = Named().Matches(Page).Where(match => !Exists(match.Groups[1].Value, match.Groups[2].Value)).Select(match => match.Value);

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_file_that_it_names_exists()
    {
        var missing = Paths().Matches(Page).Select(match => match.Groups[1].Value).Where(path => !Path.Exists(Path.Combine(Repository.Root, path)));

        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public void Every_invariant_and_requirement_of_the_cluster_has_its_row(string row) =>
        Assert.Contains($"\n{row}", Page, StringComparison.Ordinal);

    /// <summary>A class, or a method of a class or of those in files of that name.</summary>
    private static bool Exists(string type, string method) =>
        Sources.TryGetValue(type, out var source) && (method.Length == 0 || source.Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"`([A-Z]\w*(?:Tests|Check))(?:\.(\w+))?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"`(tests/[\w./]+)`")]
    private static partial Regex Paths();
}
