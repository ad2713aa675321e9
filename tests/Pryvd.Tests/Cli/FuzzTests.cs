using Pryvd.Tests.Fuzz;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>Whatever is typed: an exit code of the contract, and never a stack trace.</summary>
[Trait("Category", "Fuzz")]
public sealed class FuzzTests
{
    private const int Runs = 1500;

    [Fact]
    public async Task No_arguments_lead_to_an_unhandled_fault()
    {
        using var folder = new TemporaryFolder();
        var words = Words(folder).ToArray();
        await FuzzRuns.EachAsync(Runs, async random =>
        {
            var args = Enumerable.Range(0, random.Next(0, 7)).Select(_ => Word(random, words)).ToArray();
            var run = new CliRun(null) { Environment = { ["PRYVD_SOCKET"] = folder.In("none.sock"), ["PRYVD_CONFIG"] = folder.In("none.yaml") } };
            var exit = await run.Go(args);
            var told = $"{string.Join(' ', args)}\n{run.Error}";
            Assert.True(exit is >= 0 and <= 5, $"exit {exit}, {told}");
            Assert.DoesNotContain("this is a bug", told, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
        });
    }

    private static string Word(Random random, string[] words) => random.Next(8) switch
    {
        0 => new string([.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => (char)random.Next(1, 300))]),
        1 => words[random.Next(words.Length)] + words[random.Next(words.Length)],
        _ => words[random.Next(words.Length)],
    };

    // All words but dev, which would start real daemons.
    private static IEnumerable<string> Words(TemporaryFolder folder) => Tree.Paths().SelectMany(path => path.Split(' ')).Where(word => word != "dev")
        .Concat(Tree.Verbs().SelectMany(verb => verb.Options.Select(option => option.Name)))
        .Concat(["-o", "json", "table", "--socket", folder.In("s"), "--timeout", "10ms", "--", "-", "=", "a=b", "a=@", "a=@/nope", "a=-", "@x", "[suggest:3]", "[diagram]", "-h", "--help", "--version", "cluster", "group/x", "1", "-1", "\u0000", "😀", "\ud800", new string('x', 3000)]);
}
