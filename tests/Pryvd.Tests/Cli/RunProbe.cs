using Pryvd.Hosting;

namespace Pryvd.Tests.Cli;

/// <summary>Stands where the daemon would run, and remembers the options that it was given.</summary>
internal sealed class RunProbe
{
    public DaemonOptions? Options { get; private set; }

    public Task<int> Run(DaemonOptions options, Func<ConfigResult> reread, CancellationToken stop)
    {
        Options = options;
        return Task.FromResult(0);
    }
}
