using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using Pryvd.Guard.Native;
using Pryvd.Guard.Output;
using Pryvd.Guard.Serving;
using Pryvd.Hosting;

namespace Pryvd.Guard;

/// <summary>The guard's composition root; see DESIGN.md beside this file.</summary>
public static class GuardProcess
{
    /// <summary>What a guard that detaches says on its standard output once it serves.</summary>
    public const string Ready = "ready";

    private const int LockPatienceMs = 2_000;
    private const int LockPaceMs = 20;
    private const uint FileModeMask = 0b000_010_010;

    /// <summary>Runs until it is told to stop; the exit code.</summary>
    public static int Run(GuardOptions options)
    {
        try
        {
            GCSettings.LatencyMode = GCLatencyMode.Batch;
            Serve(GuardFolder.In(options.DataDir), options);
            return 0;
        }
        catch (Exception failure) when (failure is GuardException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"pryvd guard cannot run: {failure.Message}");
            return 1;
        }
    }

    private static void Serve(GuardFolder folder, GuardOptions options)
    {
        folder.Create();
        using var held = Take(folder);
        _ = Sys.FileModeMask(FileModeMask);
        var log = new GuardLog(folder.LogPath, TimeProvider.System);
        using var fence = new Fence((run, cause) => log.Say($"{run} is killed: {Reason(cause)}"));
        using var deathWatch = new DeathWatch();
        using var output = new OutputPump(TimeProvider.System);
        var runs = new Runs(folder, fence, deathWatch, output, log);
        new Adoption(folder, runs, log).Run();

        var path = Path.GetFullPath(options.Socket ?? folder.DefaultSocket);
        using var socket = GuardSocket.Listen(path);
        folder.Announce(path, isSupervised: !options.Detach);
        using var callers = new GuardCallers(new GuardCalls(runs, Release), log);
        runs.Ended = callers.Tell;
        using var stop = new WakeUp();
        var loop = new GuardLoop(socket, callers, runs, deathWatch, stop, log);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, loop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, loop));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        log.Say($"the guard runs: pid {Environment.ProcessId}, release {Release}, socket {path}");
        Readiness.Tell(log);
        if (options.Detach)
        {
            LetGoOfStreams();
        }

        loop.Run();
        log.Say("the guard stops");
    }

    // One that is ending lets go of its callers first, and they start the next one at once.
    private static LockFile Take(GuardFolder folder)
    {
        var deadline = BootClock.NowMs() + LockPatienceMs;
        while (true)
        {
            if (LockFile.TryTake(folder.LockPath, out var holder) is { } held)
            {
                return held;
            }

            if (BootClock.NowMs() > deadline)
            {
                throw new GuardException($"another guard (pid {holder}) is there for {folder.Path}.");
            }

            _ = Sys.Poll([], 0, LockPaceMs);
        }
    }

    private static string Release => typeof(GuardProcess).Assembly.GetName().Version?.ToString(3) ?? "";

    private static string Reason(FenceCause cause) => cause == FenceCause.Lease ? "its lease ended" : "it did not stop within its grace";

    private static void Stop(PosixSignalContext signal, GuardLoop loop)
    {
        signal.Cancel = true;
        loop.Stop();
    }

    private static void LetGoOfStreams()
    {
        Console.Out.WriteLine(Ready);
        _ = Sys.NewSession();
        for (var stream = 0; stream <= 2; stream++)
        {
            _ = Sys.Duplicate(NullDevice.Descriptor, stream);
        }
    }
}
