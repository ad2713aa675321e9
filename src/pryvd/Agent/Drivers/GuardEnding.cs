using System.Diagnostics;
using Pryvd.Guard;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Drivers;

/// <summary>
/// The end of a guard and of all that it runs. A daemon that stops leaves its components running (invariant 9); who ends a whole
/// cluster for trying things out wants them gone, too.
/// </summary>
public static class GuardEnding
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly StopPolicy Stop = new("SIGTERM", 3_000);

    /// <summary>Ends all runs of the node's guard, then the guard; without effect where there is none. What may still run, or null.</summary>
    public static async Task<string?> RunAsync(string dataDir)
    {
        var folder = GuardFolder.In(dataDir);
        using var patience = new CancellationTokenSource(Patience);
        if (await GuardConnection.TryOpenAsync(folder.Address(), patience.Token).ConfigureAwait(false) is not { } connection)
        {
            return null;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        try
        {
            await using var driver = new GuardDriver(dataDir);
            await StopRunsAsync(driver, patience.Token).ConfigureAwait(false);
            using var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", folder.Holder()]) { RedirectStandardError = true })!;
            await kill.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is DriverException or OperationCanceledException)
        {
            return $"Some components of {dataDir} may still run: {failure.Message}";
        }
    }

    private static async Task StopRunsAsync(GuardDriver driver, CancellationToken ct)
    {
        for (; ; )
        {
            var runs = await driver.ListAsync(ct).ConfigureAwait(false);
            var alive = runs.Where(r => r.End is null).ToList();
            if (alive.Count == 0)
            {
                return;
            }

            foreach (var run in alive)
            {
                await driver.StopAsync(run.Instance, run.Run, Stop, ct).ConfigureAwait(false);
            }

            await Task.Delay(Pause, ct).ConfigureAwait(false);
        }
    }
}
