using System.Runtime.InteropServices;
using Serilog;
using Serilog.Core;

namespace Pryvd.Hosting;

/// <summary>
/// SIGHUP reads the configuration again. What takes effect at once is taken up, what needs a restart is named, and a configuration with a mistake changes nothing.
/// </summary>
internal sealed class Reload : IDisposable
{
    private readonly SystemdNotifier _systemd;
    private readonly Func<ConfigResult> _read;
    private readonly DaemonOptions _running;
    private readonly LoggingLevelSwitch _level;
    private readonly Func<string> _status;
    private readonly ILogger _log;
    private readonly Lock _oneAtATime = new();
    private readonly PosixSignalRegistration _registration;

    /// <param name="systemd">Is told when reading begins and when it has ended.</param>
    /// <param name="read">Gathers the configuration from all sources.</param>
    /// <param name="running">What the daemon was started with.</param>
    /// <param name="level">What is logged.</param>
    /// <param name="status">How the node stands, for systemd.</param>
    /// <param name="log">Where the outcome goes.</param>
    public Reload(SystemdNotifier systemd, Func<ConfigResult> read, DaemonOptions running, LoggingLevelSwitch level, Func<string> status, ILogger log)
    {
        (_systemd, _read, _running, _level, _status, _log) = (systemd, read, running, level, status, log);
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Run();
        });
    }

    public void Dispose() => _registration.Dispose();

    internal void Run()
    {
        lock (_oneAtATime)
        {
            _systemd.Reloading();
            _systemd.Ready(TakeUp(_read()));
        }
    }

    private string TakeUp(ConfigResult read)
    {
        if (read.Options is not { } options)
        {
            var problems = string.Join(" | ", read.Problems);
            _log.Error("The configuration was read again and is refused, nothing was changed: {Problems}", problems);
            return $"{_status()}; the configuration on disk is refused: {problems}";
        }

        _level.MinimumLevel = options.LogLevel;
        var waiting = RestartOnly.Changed(_running, options);
        _log.Information("The configuration was read again: log_level is {Level}", options.LogLevel);
        if (waiting.Count == 0)
        {
            return _status();
        }

        _log.Warning("What has changed in {Settings} takes effect at the next restart", waiting);
        return $"{_status()}; {string.Join(", ", waiting)} changed, restart to take it up";
    }
}
