using System.Diagnostics;
using System.Globalization;
using Pryvd.Guard.Native;

namespace Pryvd.Agent.Running;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Null when it was killed after its time.</param>
/// <param name="Output">Standard output, cut at the bound.</param>
internal sealed record CommandOutcome(int? ExitCode, string Output);

/// <summary>A short command of a component or plugin: its time and its output are bounded, and all that it started ends with it at its timeout.</summary>
internal sealed record BoundedCommand(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Folder)
{
    /// <summary>All that a command has started carries this, wherever it went.</summary>
    private const string MarkVariable = "PRYVD_COMMAND";

    private const int MostSweeps = 10;
    private static long _commands;

    private readonly string _mark = string.Create(CultureInfo.InvariantCulture, $"{System.Environment.ProcessId}.{Interlocked.Increment(ref _commands)}");

    /// <summary>Null for the daemon's own.</summary>
    public string? User { get; init; }

    public required TimeSpan Timeout { get; init; }

    public int MaxOutput { get; init; } = 4_096;

    /// <summary>Where both outputs go, cut at <see cref="MaxOutput"/>; else standard output is returned.</summary>
    public string? OutputFile { get; init; }

    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public async Task<CommandOutcome> RunAsync(CancellationToken cancel)
    {
        using var process = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        process.StandardInput.Close();
        await using var kept = OutputFile is null ? new MemoryStream() : (Stream)File.Create(OutputFile);
        using var gate = new SemaphoreSlim(1);
        var reading = Task.WhenAll(
            DrainAsync(process.StandardOutput.BaseStream, kept, gate, limit.Token),
            DrainAsync(process.StandardError.BaseStream, OutputFile is null ? Stream.Null : kept, gate, limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            return new CommandOutcome(process.ExitCode, Text(kept));
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, reading).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            return new CommandOutcome(null, Text(kept));
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Command[0], Command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        if (User is not null)
        {
            start.UserName = User;
        }

        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[MarkVariable] = _mark;

        return Process.Start(start) ?? throw new InvalidOperationException($"{Command[0]} did not start");
    }

    /// <summary>Children that inherited the pipes may outlive it; they are not waited for.</summary>
    private async Task EndAsync(Process process, Task reading)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        EndStrays();
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        _ = reading.ContinueWith(static t => t.Exception, TaskScheduler.Default);
    }

    /// <summary>What has lost its parent is in nobody's tree. One that starts others meanwhile is met again.</summary>
    private void EndStrays()
    {
        HashSet<string> marked = [$"{MarkVariable}={_mark}"];
        for (var sweep = 0; sweep < MostSweeps && ProcessTable.WithVariable(MarkVariable, marked).ToList() is { Count: > 0 } strays; sweep++)
        {
            strays.ForEach(stray => Sys.Kill(stray.Pid, PosixSignals.Kill));
        }
    }

    /// <summary>Reads to the end, so that nobody waits for a full pipe; keeps what fits.</summary>
    private async Task DrainAsync(Stream from, Stream kept, SemaphoreSlim gate, CancellationToken cancel)
    {
        var buffer = new byte[8_192];
        for (int read; (read = await from.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
        {
            if (kept == Stream.Null)
            {
                continue;
            }

            await gate.WaitAsync(cancel).ConfigureAwait(false);
            var room = (int)Math.Min(read, Math.Max(0, MaxOutput - kept.Length));
            await kept.WriteAsync(buffer.AsMemory(0, room), cancel).ConfigureAwait(false);
            gate.Release();
        }
    }

    private static string Text(Stream kept) => kept is MemoryStream memory ? System.Text.Encoding.UTF8.GetString(memory.ToArray()) : "";
}
