using Pryvd.Api;
using Pryvd.Hosting;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>Keeps what `systemctl status` says of this node up to date: its role, its cluster and who leads.</summary>
internal sealed class ServiceStatus : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SystemdNotifier _systemd;
    private readonly NodeHost _host;
    private readonly PeriodicTimer _timer;
    private readonly Task _running;
    private string _said;

    private ServiceStatus(SystemdNotifier systemd, NodeHost host)
    {
        (_systemd, _host, _said) = (systemd, host, Of(host));
        _timer = new PeriodicTimer(Pause, host.Clock);
        systemd.Ready(_said);
        _running = systemd.IsEnabled ? FollowAsync() : Task.CompletedTask;
    }

    /// <summary>Says that the node is ready, and from then on how it stands.</summary>
    public static ServiceStatus Begin(SystemdNotifier systemd, NodeHost host) => new(systemd, host);

    /// <summary>One line: never waits for anybody.</summary>
    public static string Of(NodeHost host)
    {
        try
        {
            return (host.Standing, host.Session) switch
            {
                (NodeStanding.Running, { } session) => Running(session),
                (NodeStanding.New, _) => "In no cluster: pryvd init makes one, pryvd join joins one" + Because(host),
                (var standing, _) => standing + Because(host),
            };
        }
        catch (StoreException closed)
        {
            // The daemon ends, by itself or because it was asked to; why it does is said there.
            return $"Ending ({closed.Message})";
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
    }

    private static string Running(ClusterSession session)
    {
        var leader = StatusPage.LeaderOf(session);
        var role = session.Leads ? "leader" : StatusPage.RoleOf(session);
        return $"{session.NodeName} is {role} of {session.Identity.Cluster.ClusterName}, "
            + (leader.Length == 0 ? "no leader is known" : $"{leader} leads in term {session.Term.Value}");
    }

    private static string Because(NodeHost host) => host.Problem.Length == 0 ? "" : $" ({host.Problem})";

    private async Task FollowAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            var now = Of(_host);
            if (now != _said)
            {
                _said = now;
                _systemd.Status(now);
            }
        }
    }
}
