using Pryv.Consensus.Log;

namespace Pryv.Consensus.Running;

/// <summary>
/// Threads whose work nobody waits for: they take the processor when those on the way to a reply do not want it. .NET's own
/// priorities have no effect on Linux. What bounds the work makes others wait for it, so it is never put off for good.
/// </summary>
public static class BackgroundThread
{
    /// <summary>About a tenth of the share of a usual thread.</summary>
    private const int Nice = 10;

    public static Thread Start(string name, Action run)
    {
        var thread = new Thread(() =>
        {
            // Where it is refused, the work is done at the usual priority.
            _ = Libc.TryBeNice(Nice);
            run();
        }) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }
}
