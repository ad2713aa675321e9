using System.Diagnostics;

namespace Pryvd.Tests.House;

/// <summary>The pure folders stay pure at compile time (G5); here the analyzer is shown to bite.</summary>
public sealed class PureFoldersTests
{
    [Theory]
    [InlineData("Core", "System.DateTime.UtcNow.ToString()", "TimeProvider")]
    [InlineData("Membership", "System.IO.File.ReadAllText(\"x\")", "port at the edge")]
    [InlineData("Quorum", "new System.Random().Next().ToString()", "seeded generator")]
    public async Task A_banned_call_in_a_pure_folder_does_not_build(string folder, string call, string replacement)
    {
        var output = await BuildWith(folder, call);

        Assert.Contains("RS0030", output, StringComparison.Ordinal);
        Assert.Contains(replacement, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_call_at_the_edge_builds() =>
        Assert.Contains("Build succeeded", await BuildWith("Running", "System.DateTime.UtcNow.ToString()"), StringComparison.Ordinal);

    /// <summary>Builds a copy of the library with one more file in a folder; what the compiler says.</summary>
    private static async Task<string> BuildWith(string folder, string call)
    {
        var copy = Directory.CreateTempSubdirectory("pryvd-house-").FullName;
        try
        {
            Copy("src/Pryv.Consensus", copy);
            foreach (var file in new[] { ".editorconfig", "Directory.Build.props", "Directory.Packages.props", "global.json", "src/BannedSymbols.txt" })
            {
                File.Copy(Path.Combine(Repository.Root, file), Path.Combine(copy, file));
            }

            await File.WriteAllTextAsync(
                Path.Combine(copy, "src/Pryv.Consensus", folder, "Planted.cs"),
                $"namespace Pryv.Consensus;\n\ninternal static class Planted\n{{\n    public static string Text() => {call};\n}}\n");
            return await Run(copy);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static void Copy(string folder, string target)
    {
        foreach (var file in Repository.Sources(folder).Append(Path.Combine(Repository.Root, folder, "Pryv.Consensus.csproj")))
        {
            var to = Path.Combine(target, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    private static async Task<string> Run(string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["build", "src/Pryv.Consensus", "--nologo", "-p:UseSharedCompilation=false", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using var build = Process.Start(start)!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        return output;
    }
}
