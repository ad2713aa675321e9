using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.V1;
using Pryvd.Agent.Logs;
using Pryvd.Model.Components;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>
/// Output of an instance on another node, for one reader. Who follows it stays: when that node's daemon is away it is said, once, and
/// when it is back the output goes on where it was; or from the beginning on the node to which the instance was moved meanwhile.
/// </summary>
internal sealed class LogRelay(ClusterSession session, ReadLogsRequest request, PatientWriter<LogLines> writer, ServerCallContext context)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly ReadLogsRequest _next = request.Clone();
    private bool _isBegun;
    private bool _isAway;

    /// <returns>Null when the output is over; else the request to go on with on this node, to which the instance was moved.</returns>
    /// <exception cref="RpcException">The node cannot be reached, and nobody follows or it never could.</exception>
    public async Task<ReadLogsRequest?> RunAsync(Assignment assignment)
    {
        for (var at = assignment; ; at = await AgainAsync(at).ConfigureAwait(false))
        {
            if (at.Node.Value == session.NodeId)
            {
                return _next;
            }

            try
            {
                await CopyAsync(at).ConfigureAwait(false);
                if (!request.Follow)
                {
                    return null;
                }
            }
            catch (RpcException lost) when (IsAway(lost))
            {
                await MissAsync(at, lost).ConfigureAwait(false);
            }
        }
    }

    // What a daemon says that is ending or has just begun, or nothing any more.
    private bool IsAway(RpcException lost) => !context.CancellationToken.IsCancellationRequested
        && lost.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown or StatusCode.FailedPrecondition;

    private async Task CopyAsync(Assignment at)
    {
        var node = session.Store.Read().State.Nodes.Find(at.Node)
            ?? throw Errors.NotFound($"The node of {at.Instance} is not known here (yet); try again.");
        using var call = session.Channels.Client(node.Id.Value, node.Address).ReadLogs(_next, cancellationToken: context.CancellationToken);
        while (await call.ResponseStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            _isAway = false;
            var lines = call.ResponseStream.Current;
            await writer.WriteAsync(lines, "").ConfigureAwait(false);
            _isBegun = true;
            if (lines.Position.Length > 0)
            {
                _next.After = lines.Position;
            }
        }
    }

    private async Task MissAsync(Assignment at, RpcException lost)
    {
        var name = session.Store.Read().State.Nodes.Find(at.Node) is { } node ? $"{node.Name} ({node.Address})" : at.Node.Value;
        var reason = $"Node {name}, where {at.Instance} is, cannot be reached: {lost.Status.Detail}";
        if (!request.Follow || !_isBegun)
        {
            throw lost.StatusCode == StatusCode.Unavailable ? new RpcException(new Status(StatusCode.Unavailable, $"{reason} Its output is there and nowhere else.")) : lost;
        }

        if (!_isAway)
        {
            _isAway = true;
            session.Parts.Logger.LogInformation("The output of {Instance} is waited for: {Reason}", at.Instance, reason);
            await writer.WriteAsync(LogReader.OwnWord($"{reason} Its output goes on when it is back."), "").ConfigureAwait(false);
        }
    }

    /// <summary>Where the instance is now.</summary>
    private async Task<Assignment> AgainAsync(Assignment former)
    {
        await Task.Delay(Pause, context.CancellationToken).ConfigureAwait(false);
        var state = session.Store.Read().State;
        var now = state.Running.Assignments.Find(former.Instance) ?? throw Errors.NotFound($"There is no instance {former.Instance} any more.");
        if (now.Node != former.Node)
        {
            (_next.After, _next.Tail, _isAway) = ("", 0, false);
            var name = state.Nodes.Find(now.Node)?.Name ?? now.Node.Value;
            await writer.WriteAsync(LogReader.OwnWord($"{former.Instance} is on node {name} now; what it wrote there follows"), "").ConfigureAwait(false);
        }

        return now;
    }
}
