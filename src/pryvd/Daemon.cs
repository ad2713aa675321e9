using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Grpc;
using Pryvd.Agent;
using Pryvd.Agent.Drivers;
using Pryvd.Api;
using Pryvd.Guard;
using Pryvd.Hosting;
using Pryvd.Hosting.Trimming;
using Pryvd.Leader;
using Pryvd.Observers;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Raft;
using Pryvd.Store;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace Pryvd;

/// <summary>
/// The composition root of the daemon. The order: the lock on the data folder before anything is read, the socket before the
/// membership, so that status answers from the first moment on; closing goes the other way round.
/// </summary>
public static class Daemon
{
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietAfterStart = TimeSpan.FromSeconds(5);

    /// <summary>A busy disk may take seconds, and a leader has made way by then; this long is a disk that hangs.</summary>
    private static readonly TimeSpan DiskLimit = TimeSpan.FromSeconds(15);

    /// <summary>Runs until stopped.</summary>
    /// <param name="options">How this node runs.</param>
    /// <param name="reread">Reads the configuration again, when SIGHUP asks for it.</param>
    /// <param name="stop">Ends it, as SIGTERM does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(DaemonOptions options, Func<ConfigResult> reread, CancellationToken stop)
    {
        var level = new LoggingLevelSwitch(options.LogLevel);
        using var log = LogSetup.Create(level, options.LogFormat);
        try
        {
            return await RunAsync(options, reread, level, log, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is StartupException or IdentityException or StoreException or DiskException or LogDamageException or LogVersionException or InvariantException or JsonException or IOException)
        {
            log.Fatal("pryvd cannot start with what is in {Folder}: {Reason}", options.DataDir, failure.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(
        DaemonOptions options, Func<ConfigResult> reread, LoggingLevelSwitch level, Serilog.ILogger log, CancellationToken stop)
    {
        using var loggers = new SerilogLoggerFactory(log);
        DataFolderGuard.Prepare(options.DataDir);
        using var held = InstanceLock.Take(options.DataDir);
        DataVersion.Claim(options.DataDir, ProgramVersion.Full);
        using var socket = SocketFile.Take(options.Socket, options.SocketGroup);

        var host = new NodeHost(options, AddressOf(options), TimeProvider.System, loggers.CreateLogger("pryvd"));
        var leader = new LeaderCalls(host);
        await using var driver = new GuardDriver(options.DataDir);
        using var agent = new NodeAgent(host, leader, new DriverWhenNeeded(driver, GuardFolder.In(options.DataDir).Path));
        Compose(host, leader, agent);
        var systemd = SystemdNotifier.FromEnvironment(log);
        using var reload = new Reload(systemd, reread, options, level, () => ServiceStatus.Of(host), log);
        await using var peers = await PeerListener.StartAsync(options.Listen, host, leader, log).ConfigureAwait(false);
        await using var local = LocalListener.Build(socket, host, leader, systemd, log);
        await local.StartAsync(CancellationToken.None).ConfigureAwait(false);
        await host.StartAsync().ConfigureAwait(false);
        await using var service = ServiceStatus.Begin(systemd, host);
        using var joining = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var join = JoinByItselfAsync(host, joining.Token);
        await using var trimmer = MemoryTrimmer.Start(() => Trim(host), log);
        log.Information("pryvd {Version} runs: socket {Socket}, peer port {Listen}, reached at {Address}", NodeFacts.Version, options.Socket, options.Listen, host.Address);

        var exit = await UntilStoppedAsync(host, local.Lifetime, log, stop).ConfigureAwait(false);
        await joining.CancelAsync().ConfigureAwait(false);
        await join.ConfigureAwait(false);
        if (exit == 0)
        {
            await agent.PrepareStopAsync().ConfigureAwait(false);
        }

        await HandOverAsync(host, log).ConfigureAwait(false);
        await local.StopAsync().ConfigureAwait(false);
        await peers.StopAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        return exit;
    }

    /// <summary>Whether the loop that matters still turns and the disk still answers; systemd's watchdog asks.</summary>
    internal static bool IsAlive(NodeHost host) =>
        host.Standing != NodeStanding.Running || host.Session is not { } session
        || (Stopwatch.GetElapsedTime(session.LastStepTimestamp) < StallLimit && session.DiskSilence < DiskLimit);

    /// <summary>What a node does as leader, member or observer, as soon as it is one.</summary>
    internal static void Compose(NodeHost host, LeaderCalls leader, NodeAgent? agent = null)
    {
        var members = new Members(host);
        members.Register(leader);
        new Admissions(host, members).Register(leader);
        SelfReport.Register(leader, host);
        LeaderIndex.Register(leader, host);
        var overseeing = new Overseeing(host);
        overseeing.Register(leader);
        host.Started += session => Begin(host, session, members, overseeing, leader, agent);
    }

    private static void Begin(NodeHost host, ClusterSession session, Members members, Overseeing overseeing, LeaderCalls leader, NodeAgent? agent)
    {
        Task[] own = session switch
        {
            MemberSession member => [new LeaderDuties(host, member, members, overseeing).RunAsync(), new TimingFollower(member).RunAsync(), overseeing.RunAsync(member)],
            ObserverSession observer => [new StandingReporter(observer).RunAsync()],
            _ => [],
        };
        Task[] duties =
        [
            .. own,
            new Renewal(host, session, leader).RunAsync(),
            new SelfReport(host, session, leader).RunAsync(),
            agent?.RunAsync(session) ?? Task.CompletedTask,
            RequireUndamagedAsync(session),
        ];
        foreach (var duty in duties)
        {
            _ = host.SuperviseAsync(session, duty);
        }
    }

    private static async Task JoinByItselfAsync(NodeHost host, CancellationToken stop)
    {
        try
        {
            await AutoJoin.RunAsync(host, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The daemon stops; the next start goes on with it.
        }
        catch (Exception failure)
        {
            host.Fail(failure);
        }
    }

    /// <summary>Every row is read for that: not while a start is at its busiest, and others wait for this node.</summary>
    private static async Task RequireUndamagedAsync(ClusterSession session)
    {
        await Task.WhenAny(session.Ended, Task.Delay(QuietAfterStart)).ConfigureAwait(false);
        if (!session.Ended.IsCompleted)
        {
            await Task.Run(session.Store.RequireUndamaged).ConfigureAwait(false);
        }
    }

    private static long Trim(NodeHost host)
    {
        try
        {
            return host.Session?.Trim() ?? 0;
        }
        catch (StoreException)
        {
            // It is closed, or has failed, which ends the process elsewhere.
            return 0;
        }
    }

    private static async Task<int> UntilStoppedAsync(NodeHost host, IHostApplicationLifetime lifetime, Serilog.ILogger log, CancellationToken stop)
    {
        var asked = new TaskCompletionSource();
        using var onSignal = lifetime.ApplicationStopping.Register(asked.SetResult);
        using var onStop = stop.Register(lifetime.StopApplication);
        var ended = await Task.WhenAny(asked.Task, host.Fatal).ConfigureAwait(false);
        if (ended == asked.Task)
        {
            return 0;
        }

        log.Fatal("pryvd stops, because it could not rely on what it has any more: {Reason}", (await host.Fatal.ConfigureAwait(false)).Message);
        return 1;
    }

    /// <summary>A planned stop costs no election.</summary>
    private static async Task HandOverAsync(NodeHost host, Serilog.ILogger log)
    {
        if (host.Session is not MemberSession { Leads: true } session || session.Runner.Status.Configuration.Voters.Count() <= 1)
        {
            return;
        }

        if (await LeaveFlow.HandOverAsync(session, CancellationToken.None).ConfigureAwait(false))
        {
            log.Information("Leadership was handed over before the stop");
        }
        else
        {
            log.Warning("Leadership could not be handed over before the stop: no other voter took it in time. The others elect a leader when this one is silent");
        }
    }

    /// <summary>What was configured; else the bound address; else, where all are bound, the first one that is not loopback.</summary>
    private static string AddressOf(DaemonOptions options)
    {
        if (options.Advertise is { } advertise)
        {
            return advertise.ToString();
        }

        var bound = options.Listen.Address;
        var address = bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any) ? FirstAddress(bound.AddressFamily) : bound;
        return new IPEndPoint(address, options.Listen.Port).ToString();
    }

    private static IPAddress FirstAddress(AddressFamily bound) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => !a.IsIPv6LinkLocal && (a.AddressFamily == AddressFamily.InterNetwork || bound == AddressFamily.InterNetworkV6))
            .OrderBy(a => a.AddressFamily != AddressFamily.InterNetwork)
            .FirstOrDefault(IPAddress.Loopback);
}
