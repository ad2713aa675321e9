using EndToEnd.Harness;

namespace EndToEnd.Components;

/// <summary>What runs for a node besides its daemon: its guard and its components, found by what their environment says.</summary>
internal static class NodeProcesses
{
    /// <summary>Pids of the components of a node.</summary>
    public static IReadOnlyList<int> Components(Node node, string instance = "") => [.. ProcFiles.Pids()
        .Where(pid => Environment(pid) is var all && all.Contains($"PRYVD_SOCKET={node.Socket}") && (instance.Length == 0 || all.Contains($"PRYVD_INSTANCE={instance}")))];

    /// <summary>Found by its command line: .NET cannot read a file that the guard has locked.</summary>
    public static int? Guard(Node node) => ProcFiles.Pids().Where(pid => ProcFiles.Read(pid, "cmdline").Contains($"\0guard\0--data-dir\0{node.DataDir}\0", StringComparison.Ordinal))
        .Select(pid => (int?)pid).FirstOrDefault();

    /// <summary>The machine loses its power: daemon, guard and components at once.</summary>
    public static void KillAll(Node node)
    {
        if (node.IsRunning)
        {
            node.Kill();
        }

        if (Guard(node) is { } guard)
        {
            Signals.Send(guard, Signals.Kill);
        }

        foreach (var pid in Components(node))
        {
            Signals.Send(pid, Signals.Kill);
        }
    }

    /// <summary>The machine stands still: daemon, guard and components.</summary>
    public static void PauseAll(Node node)
    {
        Signals.Send(Guard(node)!.Value, Signals.Stop);
        node.Pause();
        Components(node).ToList().ForEach(pid => Signals.Send(pid, Signals.Stop));
    }

    /// <summary>It goes on, the guard last.</summary>
    public static void ResumeAll(Node node)
    {
        var guard = Guard(node)!.Value;
        Components(node).ToList().ForEach(pid => Signals.Send(pid, Signals.Continue));
        node.Resume();
        Signals.Send(guard, Signals.Continue);
    }

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}") && !ProcFiles.Read(pid, "stat").Contains(") Z ", StringComparison.Ordinal);

    private static string[] Environment(int pid) => ProcFiles.Read(pid, "environ").Split('\0');
}
