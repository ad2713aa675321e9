using Grpc.Core;
using Pryv.V1;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Agent.Logs;
using Pryvd.Guard;
using Pryvd.Guard.Units;
using Pryvd.Model.Components;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>Output of instances, from any node: read where the instance is, and handed on from there.</summary>
internal sealed class LogService(NodeHost host, Watches watches) : Logs.LogsBase
{
    private const int MostTail = 1_000_000;

    public override Task ReadLogs(ReadLogsRequest request, IServerStreamWriter<LogLines> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, session =>
        {
            var writer = watches.Writer(responseStream, context);
            var instance = Checked(request);
            return session.Store.Read().State.Running.Assignments.Find(instance) is { } assignment && assignment.Node.Value != session.NodeId
                ? ForwardAsync(session, assignment, request, writer, context)
                : HereAsync(instance, request, writer, context);
        });

    /// <summary>Only what is on this node: what another node asks for.</summary>
    public Task ReadHere(ReadLogsRequest request, IServerStreamWriter<LogLines> responseStream, ServerCallContext context) =>
        watches.RunAsync(context, _ => HereAsync(Checked(request), request, watches.Writer(responseStream, context), context));

    private static InstanceId Checked(ReadLogsRequest request) =>
        !InstanceId.TryParse(request.Instance, out var instance) ? throw Errors.Invalid($"'{request.Instance}' is no instance; write component/number, for example core/0.")
        : request.Tail is < 0 or > MostTail ? throw Errors.Invalid($"The number of lines must be 0 to {MostTail}; 0 stands for all that is kept.")
        : instance;

    private async Task HereAsync(InstanceId instance, ReadLogsRequest request, PatientWriter<LogLines> writer, ServerCallContext context)
    {
        var reader = new LogReader(new AgentPaths(Path.GetFullPath(host.Folder.Path)).LogsOf(instance), host.Clock);
        var assignment = host.RequireSession().Store.Read().State.Running.Assignments.Find(instance);
        if (!reader.Exists && assignment is null)
        {
            throw Errors.NotFound($"There is no instance {instance}; 'pryvd component list' shows those that there are.");
        }

        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
        try
        {
            var guard = GuardFolder.In(host.Folder.Path);
            var output = assignment?.Spec.Driver == Driver.Systemd && Directory.Exists(guard.Path)
                ? new JournalReader(UnitNames.Of(guard).Unit(instance.Component, instance.Ordinal)).ReadAsync(request.Tail, request.Follow, context.CancellationToken)
                : reader.ReadAsync(request.Tail, request.Follow, context.CancellationToken);
            await foreach (var lines in output.ConfigureAwait(false))
            {
                await writer.WriteAsync(lines, "").ConfigureAwait(false);
            }
        }
        catch (DriverException failure)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, failure.Message));
        }
    }

    private static async Task ForwardAsync(
        ClusterSession session, Assignment assignment, ReadLogsRequest request, PatientWriter<LogLines> writer, ServerCallContext context)
    {
        var node = session.Store.Read().State.Nodes.Find(assignment.Node)
            ?? throw Errors.NotFound($"The node of {assignment.Instance} is not known here (yet); try again.");
        try
        {
            using var call = session.Channels.Client(node.Id.Value, node.Address).ReadLogs(request, cancellationToken: context.CancellationToken);
            await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
            while (await call.ResponseStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
            {
                await writer.WriteAsync(call.ResponseStream.Current, "").ConfigureAwait(false);
            }
        }
        catch (RpcException lost) when (lost.StatusCode == StatusCode.Unavailable)
        {
            throw new RpcException(new Status(
                StatusCode.Unavailable, $"Node {node.Name} ({node.Address}), where {assignment.Instance} is, cannot be reached: {lost.Status.Detail} Its output is there and nowhere else."));
        }
    }
}
