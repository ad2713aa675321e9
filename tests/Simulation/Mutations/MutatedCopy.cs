using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Simulation.Mutations;

/// <summary>A copy of the library and the simulator in a folder of its own, where bugs can be planted; the sources themselves know nothing of it.</summary>
public sealed class MutatedCopy : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly string _root = Directory.CreateTempSubdirectory("pryvd-mutants").FullName;

    public MutatedCopy()
    {
        var repository = Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));
        foreach (var folder in (string[])["src/Pryv.Consensus", "src/Pryv.Grpc", "src/pryvd", "tests/Simulation"])
        {
            CopyFolder(Path.Combine(repository, folder), Path.Combine(_root, folder));
        }

        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", ".editorconfig", "global.json", "tests/Directory.Build.props", "src/BannedSymbols.txt"])
        {
            File.Copy(Path.Combine(repository, file), Path.Combine(_root, file));
        }
    }

    /// <summary>Plants one bug and runs the simulator.</summary>
    /// <param name="mutant">The bug.</param>
    /// <param name="test">Part of the name of the test that is to find it.</param>
    /// <param name="seeds">How many it may take.</param>
    /// <returns>What the simulator said; the bug is gone again.</returns>
    public string Run(Mutant mutant, string test, int seeds)
    {
        var path = Path.Combine(_root, "src", mutant.File);
        var original = File.ReadAllText(path);
        Assert.Equal(2, original.Split(mutant.Original).Length);
        File.WriteAllText(path, original.Replace(mutant.Original, mutant.Planted, StringComparison.Ordinal));
        try
        {
            var (built, problems) = Dotnet("build tests/Simulation -c Release -v q --nologo -p:TreatWarningsAsErrors=false", seeds);
            Assert.True(built == 0, problems);
            return Dotnet($"test tests/Simulation -c Release --no-build --nologo --filter FullyQualifiedName~{test}", seeds).Output;
        }
        finally
        {
            File.WriteAllText(path, original);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Folder([CallerFilePath] string source = "") => Path.GetDirectoryName(source)!;

    private static void CopyFolder(string from, string to)
    {
        var files = Directory.GetFiles(from, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(from, file))
            .Where(file => !file.StartsWith("bin", StringComparison.Ordinal) && !file.StartsWith("obj", StringComparison.Ordinal));
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, file))!);
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }
    }

    private (int Exit, string Output) Dotnet(string arguments, int seeds)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _root, RedirectStandardOutput = true };
        start.Environment["SIM_SEEDS"] = seeds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["SIM_FIRST"] = "1";
        start.Environment["SIM_COMPONENT_SEEDS"] = start.Environment["SIM_SEEDS"];
        start.Environment.Remove("SIM_SEED");
        start.Environment.Remove("SIM_COMPONENT_SEED");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(Deadline), $"dotnet {arguments} did not end within {Deadline}");
        return (process.ExitCode, output.Result);
    }
}
