using System.Collections.Concurrent;
using System.Diagnostics;

namespace EndToEnd.Harness;

/// <summary>No process that a run started outlives it, not even when it is aborted.</summary>
internal static class Orphans
{
    private static readonly ConcurrentBag<Process> Started = [];

    static Orphans() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    public static void Adopt(Process process) => Started.Add(process);

    private static void KillAll()
    {
        foreach (var process in Started)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended, and was disposed of: all is well.
            }
        }
    }
}
