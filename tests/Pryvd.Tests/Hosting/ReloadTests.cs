using System.Net.Sockets;
using System.Text;
using Pryvd.Hosting;
using Pryvd.Tests.Api;
using Pryvd.Tests.Identity;
using Serilog.Core;
using Serilog.Events;

namespace Pryvd.Tests.Hosting;

/// <summary>What SIGHUP does, without the signal.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
    private readonly LoggingLevelSwitch level = new(LogEventLevel.Information);
    private readonly RecordedLog log = new();

    [Fact]
    public void The_level_is_taken_up_at_once_and_systemd_hears_when_it_begins_and_ends()
    {
        Run("log_level: info\n", "log_level: debug\n");

        Assert.Equal(LogEventLevel.Debug, level.MinimumLevel);
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", Receive(), StringComparison.Ordinal);
        Assert.Equal("READY=1\nSTATUS=fine", Receive());
    }

    [Fact]
    public void What_waits_for_a_restart_is_named()
    {
        Run("name: n1\n", "name: n2\ntags:\n  a: b\npeers: [n3]\n");

        Receive();
        Assert.Equal("READY=1\nSTATUS=fine; name, tags, peers changed, restart to take it up", Receive());
    }

    [Fact]
    public void A_mistake_changes_nothing_and_is_named_with_its_line()
    {
        Run("log_level: info\n", "log_level: debug\nlissten: 1\n");

        Assert.Equal(LogEventLevel.Information, level.MinimumLevel);
        Receive();
        Assert.Contains("pryvd.yaml:2:1: unknown key 'lissten'", Receive(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_is_taken_up_or_named_when_it_waits() =>
        Assert.Equal(SettingKey.All.Select(setting => setting.Key).Order(), RestartOnly.Keys.Append("log_level").Order());

    public void Dispose()
    {
        systemd.Dispose();
        folder.Dispose();
    }

    private void Run(string before, string after)
    {
        systemd.Bind(new UnixDomainSocketEndPoint(folder.In("notify")));
        var running = Load(before).Options!;
        using var reload = new Reload(new SystemdNotifier(folder.In("notify"), null, Logger.None), () => Load(after), running, level, () => "fine", log.Log);
        reload.Run();
    }

    private ConfigResult Load(string text)
    {
        File.WriteAllText(folder.In("pryvd.yaml"), text);
        return DaemonConfiguration.Load(folder.In("pryvd.yaml"), new Dictionary<string, IReadOnlyList<string>>(), _ => null);
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }
}
