using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pryvd.Hosting;
using Pryvd.Tests.Identity;
using Serilog.Core;

namespace Pryvd.Tests.Hosting;

public sealed class SystemdTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder folder = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
    {
        ReceiveTimeout = (int)Deadline.TotalMilliseconds,
    };

    [Fact]
    public void Each_state_is_said_in_systemds_words()
    {
        var notifier = Listen();

        notifier.Ready("serving\nas leader");
        Assert.Equal("READY=1\nSTATUS=serving as leader", Receive());
        notifier.Status("waiting");
        Assert.Equal("STATUS=waiting", Receive());
        notifier.Reloading();
        Assert.Matches(@"^RELOADING=1\nMONOTONIC_USEC=\d+$", Receive());
        notifier.Stopping();
        Assert.Equal("STOPPING=1", Receive());
        notifier.Watchdog();
        Assert.Equal("WATCHDOG=1", Receive());
    }

    [Fact]
    public void An_abstract_socket_is_reached_too()
    {
        var name = $"pryvd-test-{Guid.NewGuid():n}";
        systemd.Bind(new UnixDomainSocketEndPoint("\0" + name));

        new SystemdNotifier("@" + name, null, Logger.None).Stopping();

        Assert.Equal("STOPPING=1", Receive());
    }

    [Fact]
    public void Without_systemd_nothing_happens_and_a_dead_socket_does_no_harm()
    {
        var alone = new SystemdNotifier(null, null, Logger.None);
        alone.Ready("x");
        Assert.False(alone.IsEnabled);

        new SystemdNotifier(folder.In("nobody"), null, Logger.None).Ready("x");
    }

    [Fact]
    public void The_socket_is_taken_out_of_the_environment_so_that_no_child_speaks_for_us()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", folder.In("n"));
        try
        {
            Assert.True(SystemdNotifier.FromEnvironment(Logger.None).IsEnabled);
            Assert.Null(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        }
    }

    [Theory]
    [InlineData("30000000", null, 15.0)]
    [InlineData("30000000", "42", 15.0)]
    [InlineData("30000000", "43", null)]
    [InlineData("0", null, null)]
    [InlineData("rubbish", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_is_fed_at_half_its_time_when_it_is_ours(string? microseconds, string? pid, double? seconds) =>
        Assert.Equal(seconds, SystemdNotifier.IntervalOf(microseconds, pid, 42)?.TotalSeconds);

    [Fact]
    public async Task A_host_says_that_it_lives_and_stops()
    {
        using var host = Host(Listen(TimeSpan.FromMilliseconds(20)), () => true);

        await host.StartAsync();
        var said = new HashSet<string>();
        while (!said.IsSupersetOf(["WATCHDOG=1"]))
        {
            said.Add(Receive());
        }

        await host.StopAsync();
        string last;
        do
        {
            last = Receive();
        }
        while (last == "WATCHDOG=1");
        Assert.Equal("STOPPING=1", last);
    }

    [Fact]
    public async Task A_host_that_is_stuck_gives_no_sign_of_life()
    {
        var asked = new TaskCompletionSource();
        using var host = Host(Listen(TimeSpan.FromMilliseconds(20)), () =>
        {
            asked.TrySetResult();
            return false;
        });

        await host.StartAsync();
        await asked.Task.WaitAsync(Deadline);
        await host.StopAsync();

        Assert.Equal("STOPPING=1", Receive());
    }

    public void Dispose()
    {
        systemd.Dispose();
        folder.Dispose();
    }

    private static IHost Host(SystemdNotifier notifier, Func<bool> isAlive)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSystemd(notifier, isAlive);
        return builder.Build();
    }

    private SystemdNotifier Listen(TimeSpan? watchdog = null)
    {
        systemd.Bind(new UnixDomainSocketEndPoint(folder.In("notify")));
        return new SystemdNotifier(folder.In("notify"), watchdog, Logger.None);
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }
}
