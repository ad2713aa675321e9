using Pryvd.Guard;
using Pryvd.Hosting;

namespace Pryvd.Cli;

/// <summary>What the CLI starts but does not know: the composition root hands it in.</summary>
/// <param name="Run">Runs the daemon until the token is cancelled; returns the exit code. The function reads the configuration again, from where the options came.</param>
/// <param name="Guard">Runs the guard until it is told to stop; returns the exit code.</param>
/// <param name="Snapshots">What can be done with snapshots while no daemon runs.</param>
public sealed record CliParts(
    Func<DaemonOptions, Func<ConfigResult>, CancellationToken, Task<int>> Run, Func<GuardOptions, int> Guard, IOfflineSnapshots Snapshots);
