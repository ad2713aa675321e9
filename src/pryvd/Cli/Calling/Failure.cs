using System.Net.Sockets;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Hosting;

namespace Pryvd.Cli.Calling;

/// <summary>From an exception to an exit code and a sentence with a way out.</summary>
internal static class Failure
{
    private const string NoLeaderHint =
        "see 'pryvd status'; reads answer with --stale; if the majority is lost for good, see 'pryvd raft recover --help'";

    // Whoever read our output has had enough of it (head): that is no failure.
    private const int BrokenPipe = 32;

    private static readonly TimeSpan _probeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Without asking anybody.</summary>
    public static CliException Of(Exception e, bool wasStopped = false) => e switch
    {
        CliException known => known,
        OperationCanceledException => Interrupted(),
        RpcException { StatusCode: StatusCode.Cancelled } when wasStopped => Interrupted(),
        RpcException answered => OfStatus(answered),
        OfflineSnapshotException or StartupException => CliException.Failed(e.Message),
        IOException { HResult: BrokenPipe } => new CliException(ExitCode.Done, ""),
        IOException or UnauthorizedAccessException => CliException.Failed(e.Message),
        _ => CliException.Failed($"pryvd met a fault of its own ({e.GetType().Name}): {e.Message}", "this is a bug; please report it with the command that you gave"),
    };

    /// <summary>Looks at the socket, or asks the daemon, where the status alone does not say why.</summary>
    public static async Task<CliException> Explain(Exception e, Connection connection, CancellationToken stop)
    {
        if (stop.IsCancellationRequested || e is not RpcException failure)
        {
            return Of(e, stop.IsCancellationRequested);
        }

        return failure.StatusCode switch
        {
            StatusCode.Unavailable when Connection.IsLost(failure) => OfSocket(connection.Socket, connection.Probe()),
            StatusCode.DeadlineExceeded => await OfDeadline(connection, stop),
            _ => OfStatus(failure),
        };
    }

    private static CliException OfStatus(RpcException e) => e.StatusCode switch
    {
        StatusCode.Unavailable => new CliException(ExitCode.NoLeader, e.Status.Detail, "see 'pryvd status'; reads answer with --stale"),
        StatusCode.NotFound => new CliException(ExitCode.NotFound, e.Status.Detail),
        StatusCode.Aborted or StatusCode.AlreadyExists or StatusCode.FailedPrecondition => new CliException(ExitCode.Conflict, e.Status.Detail),
        StatusCode.Unimplemented => CliException.Failed("The daemon does not know this command; it is older than this program.", "restart it with this version"),
        StatusCode.PermissionDenied => CliException.Failed(e.Status.Detail),
        StatusCode.DeadlineExceeded => CliException.Failed("There was no answer in time.", "allow more with --timeout"),
        _ => CliException.Failed(e.Status.Detail is { Length: > 0 } detail ? detail : $"The daemon answered {e.StatusCode}."),
    };

    private static CliException OfSocket(string socket, SocketError? error) => error switch
    {
        SocketError.AddressNotAvailable => CliException.Failed(
            $"No daemon runs here: there is no socket at {socket}.",
            "start it with 'systemctl start pryvd' (or 'pryvd run'), or name another socket with --socket"),
        SocketError.ConnectionRefused => CliException.Failed(
            $"No daemon answers at {socket}: the socket is there, but nobody listens; the daemon has stopped or crashed.",
            "start it with 'systemctl start pryvd', and see why with 'journalctl -u pryvd'"),
        SocketError.AccessDenied => CliException.Failed(
            $"You may not use the daemon's socket {socket}: permission denied.",
            "use sudo, or join the group with 'sudo usermod -aG pryvd $USER' and log in again"),
        null => CliException.Failed(
            "The connection to the daemon was lost before it answered; what was asked may or may not have been done.",
            "look with 'pryvd status', then give the command again"),
        _ => CliException.Failed($"The socket {socket} cannot be used: {error}.", "name another socket with --socket"),
    };

    // The time is over; whether that is for want of a leader, the daemon on this node knows.
    private static async Task<CliException> OfDeadline(Connection connection, CancellationToken stop)
    {
        try
        {
            var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + _probeTimeout, cancellationToken: stop);
            var status = await connection.Cluster.GetStatusAsync(new StatusRequest(), options);
            return status.Quorum && status.Leader != ""
                ? CliException.Failed("There was no answer in time, though there is a leader and a quorum.", "allow more with --timeout")
                : new CliException(ExitCode.NoLeader, "There was no answer in time: this node knows of no leader with a quorum.", NoLeaderHint);
        }
        catch (RpcException)
        {
            return CliException.Failed("There was no answer in time; the daemon does not tell its status either.", "see 'journalctl -u pryvd', or allow more with --timeout");
        }
    }

    private static CliException Interrupted() => new(ExitCode.Interrupted, "");
}
