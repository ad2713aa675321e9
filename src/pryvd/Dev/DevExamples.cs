using System.Diagnostics;

namespace Pryvd.Dev;

/// <summary>One of the example components.</summary>
/// <param name="File">Its component file.</param>
/// <param name="Missing">Why it cannot run on this machine, and what to do; empty where it can.</param>
internal sealed record DevExample(string Name, string File, string Missing);

/// <summary>The example components, found beside the sources, and given to a cluster by the command line that users have.</summary>
internal sealed class DevExamples(IReadOnlyList<DevExample> all)
{
    private const string Folder = "examples";

    public IReadOnlyList<DevExample> All { get; } = all;

    /// <summary>From the folder of this program upwards, or nothing where there are none.</summary>
    public static DevExamples Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var examples = Path.Combine(at.FullName, Folder);
            if (File.Exists(Path.Combine(examples, "core", "core.yaml")))
            {
                return In(examples);
            }
        }

        return new DevExamples([]);
    }

    /// <summary>Those that can run here are applied; the others are told.</summary>
    public async Task ApplyAsync(DevNode node, Action<string> say, CancellationToken stop)
    {
        foreach (var example in All.Where(e => e.Missing.Length > 0))
        {
            say($"{example.Name} is left out: {example.Missing}");
        }

        foreach (var example in All.Where(e => e.Missing.Length == 0))
        {
            say(await ApplyAsync(node, example, stop).ConfigureAwait(false));
        }
    }

    private static DevExamples In(string folder) => new(
    [
        Built(folder, "core"),
        Built(folder, "registry"),
        Installed(folder, "redis", "redis-server", "redis-server"),
        Installed(folder, "nginx", "nginx", "nginx-light"),
    ]);

    private static DevExample Built(string folder, string name) => new(
        name, FileOf(folder, name),
        File.Exists(Path.Combine(folder, name, "bin", name + ".tar.gz")) ? "" : "it is not built; run: make build");

    private static DevExample Installed(string folder, string name, string program, string package) => new(
        name, FileOf(folder, name),
        PathFolders.Any(f => File.Exists(Path.Combine(f, program))) ? "" : $"{program} is not on this machine; on Debian: apt-get install {package}");

    private static string FileOf(string folder, string name) => Path.Combine(folder, name, name + ".yaml");

    private static string[] PathFolders => [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    private static async Task<string> ApplyAsync(DevNode node, DevExample example, CancellationToken stop)
    {
        string[] apply = [.. DevNode.OwnProgram, "component", "apply", example.File, "--yes", "--detach", "--socket", node.Socket];
        using var process = Process.Start(new ProcessStartInfo(apply[0], apply[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var error = await process.StandardError.ReadToEndAsync(stop).ConfigureAwait(false);
        await Task.WhenAll(output, process.WaitForExitAsync(stop)).ConfigureAwait(false);
        return process.ExitCode == 0 ? $"{example.Name} is applied" : $"{example.Name} could not be applied: {error.Trim()}";
    }
}
