using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Pryvd.Guard;
using Pryvd.Guard.Native;

namespace Pryvd.Agent.Drivers;

/// <summary>
/// Starts a guard that is no child of this process: in a session of its own and re-parented, so that neither the end of the daemon nor
/// that of a terminal ends it. Where systemd runs the guard as a unit, the daemon finds it there and never comes to this.
/// </summary>
/// <param name="program">What runs pryvd: a path, with arguments before the verb where there are any.</param>
internal sealed class GuardLauncher(IReadOnlyList<string> program, string dataDir)
{
    private const int PatienceMs = 15_000;
    private const int MostWords = 4096;
    private static readonly string[] _setsid = ["/usr/bin/setsid", "/bin/setsid"];

    // The runtime reads these at its start: one small heap, no thread for collecting, no second look at what is compiled.
    private static readonly string[] _smallness =
        ["DOTNET_gcConcurrent=0", "DOTNET_TieredPGO=0", "DOTNET_GCHeapHardLimit=0x8000000", "DOTNET_GCgen0size=0x80000"];

    /// <summary>This program itself.</summary>
    public static IReadOnlyList<string> OwnProgram => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet"
        ? [path]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "pryvd.dll")];

    /// <summary>Returns when the guard serves.</summary>
    /// <exception cref="DriverException">It does not, for a reason that the message gives.</exception>
    public Task StartAsync(CancellationToken ct) => Task.Run(Start, ct);

    private void Start()
    {
        var ends = new int[2];
        if (Sys.Pipe(ends, Sys.CloseOnExec) != 0)
        {
            throw new DriverException($"The guard could not be started: {Sys.LastError()}.");
        }

        try
        {
            Spawn(ends[1]);
            _ = Sys.Close(ends[1]);
            RequireReady(FirstWords(ends[0]));
        }
        finally
        {
            _ = Sys.Close(ends[0]);
        }
    }

    // By way of setsid, which forks once more and ends, so that the guard is nobody's child here. Only these three files are handed on.
    private void Spawn(int words)
    {
        if (_setsid.FirstOrDefault(File.Exists) is not { } setsid)
        {
            throw new DriverException("The guard could not be started: there is no setsid on this machine. Install util-linux.");
        }

        using var action = new SpawnAction("/dev/null", words, words);
        using var arguments = new NativeStrings([setsid, "--fork", .. program, GuardOptions.Verb, GuardOptions.DataDirFlag, dataDir, GuardOptions.DetachFlag]);
        using var environment = new NativeStrings(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => $"{v.Key}={v.Value}").Concat(_smallness));
        if (action.Spawn(setsid, arguments, environment, out var pid) is var error && error != 0)
        {
            throw new DriverException($"The guard could not be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        using var process = ProcessHandle.Open(pid);
        _ = process?.EndsWithin(PatienceMs);
        process?.Reap();
    }

    private static string FirstWords(int pipe)
    {
        var text = new byte[MostWords];
        var length = 0;
        Sys.PollItem[] items = [new() { Descriptor = pipe, Wanted = Sys.Readable }];
        while (!text.AsSpan(0, length).Contains((byte)'\n') && length < text.Length && Sys.PollThrough(items, PatienceMs) > 0)
        {
            var piece = new byte[text.Length - length];
            var read = (int)Sys.Read(pipe, piece, piece.Length);
            if (read <= 0)
            {
                break;
            }

            piece.AsSpan(0, read).CopyTo(text.AsSpan(length));
            length += read;
        }

        return Encoding.UTF8.GetString(text, 0, length).Trim();
    }

    private void RequireReady(string words)
    {
        if (words != GuardProcess.Ready)
        {
            throw new DriverException(
                words.Length > 0 ? words : $"The guard did not come up within {PatienceMs / 1000} s; {Path.Combine(dataDir, "guard", "guard.log")} may tell why.");
        }
    }
}
