using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Serilog;

namespace Pryvd.Hosting;

/// <summary>
/// Tells systemd how the daemon is doing (sd_notify(3)). Without NOTIFY_SOCKET every call does nothing; a message that
/// cannot be sent is logged, since the daemon's work does not depend on it.
/// </summary>
public sealed class SystemdNotifier
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly string? _address;
    private readonly ILogger _log;

    /// <param name="address">Path of a Unix datagram socket, or '@' and an abstract name; null when nobody listens.</param>
    /// <param name="watchdogInterval">How often <see cref="Watchdog"/> is to be called; null for never.</param>
    /// <param name="log">Where failures to send go.</param>
    public SystemdNotifier(string? address, TimeSpan? watchdogInterval, ILogger log)
    {
        _address = string.IsNullOrEmpty(address) ? null : address;
        _log = log;
        WatchdogInterval = watchdogInterval;
    }

    public bool IsEnabled => _address is not null;

    public TimeSpan? WatchdogInterval { get; }

    /// <summary>Reads what systemd set, and takes the socket out of the environment so that no child speaks for us.</summary>
    public static SystemdNotifier FromEnvironment(ILogger log)
    {
        var address = Environment.GetEnvironmentVariable(SocketVariable);
        var interval = IntervalOf(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            Environment.GetEnvironmentVariable("WATCHDOG_PID"),
            Environment.ProcessId);
        Environment.SetEnvironmentVariable(SocketVariable, null);
        return new SystemdNotifier(address, interval, log);
    }

    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    public void Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <summary>Configuration is being read again; <see cref="Ready"/> ends it. Type=notify-reload asks for the clock.</summary>
    public void Reloading() => Send($"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds()}");

    public void Stopping() => Send("STOPPING=1");

    public void Watchdog() => Send("WATCHDOG=1");

    /// <summary>Half of what systemd allows, so that one late call does no harm; null when it is meant for another process.</summary>
    internal static TimeSpan? IntervalOf(string? microseconds, string? pid, int ownPid)
    {
        var forUs = string.IsNullOrEmpty(pid) || pid == ownPid.ToString(CultureInfo.InvariantCulture);
        var given = long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0;
        return forUs && given ? TimeSpan.FromMicroseconds(value) / 2 : null;
    }

    // Stopwatch counts CLOCK_MONOTONIC on Linux.
    private static long MonotonicMicroseconds() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / MicrosecondsPerSecond);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void Send(string message)
    {
        if (_address is null)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(message), EndPoint(_address));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            _log.Warning("systemd could not be told {Message}: {Reason}", message, e.Message);
        }
    }

    private static UnixDomainSocketEndPoint EndPoint(string address) =>
        new(address.StartsWith('@') ? '\0' + address[1..] : address);
}
