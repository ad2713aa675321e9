using System.ComponentModel;
using Pryvd.Agent.Core;
using Pryvd.Agent.Data;
using Pryvd.Agent.Running;
using Pryvd.Hosting;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Artifacts;

/// <summary>
/// Makes a version ready on this node: fetched, unpacked, prepared, each once. The marker beside the folder is written last; what has none
/// is made anew.
/// </summary>
internal sealed class VersionMaker(AgentSelf self, ArtifactFetcher fetcher, UnpackLimits limits)
{
    private const string Done = ".ready";
    private const string Unfinished = ".new";
    private const int MaxPrepareOutput = 1 << 20;

    /// <param name="key">What is made.</param>
    /// <param name="spec">How.</param>
    /// <param name="staged">Called when it is fetched, and when it is prepared.</param>
    /// <exception cref="ArtifactException">It could not be made ready; the message says why.</exception>
    public async Task MakeAsync(VersionKey key, ComponentSpec spec, Action<VersionStage> staged, CancellationToken cancel)
    {
        var folder = self.Paths.Version(key);
        if (Directory.Exists(folder) && File.Exists(folder + Done))
        {
            return;
        }

        try
        {
            var artifact = spec.Artifact is { } reference ? await fetcher.FetchAsync(reference, () => staged(VersionStage.Fetching), cancel).ConfigureAwait(false) : null;
            await Task.Run(() => Unpack(folder, spec, artifact), cancel).ConfigureAwait(false);
            if (spec.Prepare.Count > 0)
            {
                staged(VersionStage.Preparing);
                await PrepareAsync(key, spec, folder, cancel).ConfigureAwait(false);
            }

            DiskSync.Flush(folder);
            DurableFile.Write(folder + Done, [], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (IOException failure)
        {
            throw ArtifactException.Of(failure, $"{key} could not be made ready", folder);
        }
    }

    /// <summary>Deletes the versions that nothing needs; those that run are named by their numbers.</summary>
    public void Keep(AgentEffect.KeepVersions kept)
    {
        var folders = kept.Needed.Select(self.Paths.Version).ToHashSet(StringComparer.Ordinal);
        foreach (var component in Folders(self.Paths.Versions))
        {
            var running = kept.Running.Where(r => r.Component == Path.GetFileName(component)).Select(r => r.Version + "-").ToList();
            foreach (var version in Folders(component).Where(f => !folders.Contains(Trimmed(f)) && !running.Any(r => Path.GetFileName(f).StartsWith(r, StringComparison.Ordinal))))
            {
                File.Delete(version + Done);
                Directory.Delete(version, recursive: true);
            }
        }
    }

    private static string[] Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path) : [];

    private static string Trimmed(string path) => path.EndsWith(Unfinished, StringComparison.Ordinal) ? path[..^Unfinished.Length] : path;

    private void Unpack(string folder, ComponentSpec spec, string? artifact)
    {
        DurableFile.CreateFolder(self.Paths.Versions);
        DurableFile.CreateFolder(Path.GetDirectoryName(folder)!);
        var unfinished = folder + Unfinished;
        Delete(unfinished);
        Delete(folder);
        try
        {
            Directory.CreateDirectory(unfinished);
            Fill(unfinished, folder, spec, artifact);
        }
        catch (Exception failure) when (failure is ArtifactException or IOException or UnauthorizedAccessException)
        {
            // Above all it gives back the room that it took.
            Delete(unfinished);
            throw;
        }

        Directory.Move(unfinished, folder);
    }

    private void Fill(string unfinished, string folder, ComponentSpec spec, string? artifact)
    {
        if (artifact is not null)
        {
            Unpacker.Unpack(artifact, spec.Artifact!, unfinished, limits);
        }

        File.SetUnixFileMode(unfinished, (UnixFileMode)0b111_101_101);
        if (spec.User is { } user)
        {
            HomeFolders.OpenWays(self.Paths.Data, Path.GetDirectoryName(folder)!);
            if (spec.Prepare.Count > 0)
            {
                // What prepares it writes into it.
                UserAccount.Find(user).Own(unfinished, withContents: true);
            }
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task PrepareAsync(VersionKey key, ComponentSpec spec, string folder, CancellationToken cancel)
    {
        var environment = StartOrders.EnvironmentOfPrepare(key, spec, self);
        environment.TryAdd("HOME", folder);
        Directory.CreateDirectory($"{self.Paths.Logs}/{key.Component}");
        for (var number = 1; number <= spec.Prepare.Count; number++)
        {
            var step = spec.Prepare[number - 1];
            var output = $"{self.Paths.Logs}/{key.Component}/prepare-{key.Version}-{number}.log";
            if (await RunAsync(step, environment, folder, spec.User, output, cancel).ConfigureAwait(false) is { } problem)
            {
                throw new ArtifactException($"Prepare step {number} of {spec.Prepare.Count} ({step.Command[0]}) {problem}. Its output is in {output} on this node.");
            }
        }
    }

    private static async Task<string?> RunAsync(
        PrepareStep step, SortedDictionary<string, string> environment, string folder, string? user, string output, CancellationToken cancel)
    {
        try
        {
            List<string> command = [.. step.Command.Select(word => StartOrders.Replace(word, environment))];
            command[0] = ProgramPath.Find(command[0], folder, environment["PATH"]);
            var outcome = await new BoundedCommand(command, environment, folder)
            {
                User = user, Timeout = TimeSpan.FromMilliseconds(step.TimeoutMs), OutputFile = output, MaxOutput = MaxPrepareOutput,
            }.RunAsync(cancel).ConfigureAwait(false);
            return outcome.ExitCode switch
            {
                null => $"did not end within {step.TimeoutMs} ms and was killed",
                0 => null,
                var code => $"ended with exit code {code}",
            };
        }
        catch (Exception failure) when (failure is FileNotFoundException or Win32Exception)
        {
            return $"could not be started: {failure.Message}";
        }
    }
}
