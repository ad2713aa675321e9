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

    private static string CursorOf(ReadLogsRequest request) => JournalReader.IsCursor(request.After) ? request.After : "";

    /// <summary>Null for none, and for one in a journal.</summary>
    private static OutputPosition? AfterOf(ReadLogsRequest request) =>
        OutputPosition.TryParse(request.After, out var position) ? position
        : request.After.Length == 0 || JournalReader.IsCursor(request.After) ? null
        : throw Errors.Invalid("That is no position in an instance's output; take one as it came, or none.");

    private async Task HereAsync(InstanceId instance, ReadLogsRequest request, PatientWriter<LogLines> writer, ServerCallContext context)
    {
        if (!FilesOf(instance).Exists && AssignmentOf(instance) is null)
        {
            throw Errors.NotFound($"There is no instance {instance}; 'pryvd component list' shows those that there are.");
        }

        // A wrong one is refused before anything is sent.
        _ = AfterOf(request);
        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
        await CopyAsync(instance, request, writer, context).ConfigureAwait(false);
    }

    private LogReader FilesOf(InstanceId instance) => new(new AgentPaths(Path.GetFullPath(host.Folder.Path)).LogsOf(instance), host.Clock);

    private Assignment? AssignmentOf(InstanceId instance) => host.RequireSession().Store.Read().State.Running.Assignments.Find(instance);

    private async Task CopyAsync(InstanceId instance, ReadLogsRequest request, PatientWriter<LogLines> writer, ServerCallContext context)
    {
        try
        {
            var guard = GuardFolder.In(host.Folder.Path);
            var output = AssignmentOf(instance)?.Spec.Driver == Driver.Systemd && Directory.Exists(guard.Path)
                ? new JournalReader(UnitNames.Of(guard).Unit(instance.Component, instance.Ordinal)).ReadAsync(request.Tail, request.Follow, CursorOf(request), context.CancellationToken)
                : FilesOf(instance).ReadAsync(request.Tail, request.Follow, AfterOf(request), context.CancellationToken);
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

    private async Task ForwardAsync(
        ClusterSession session, Assignment assignment, ReadLogsRequest request, PatientWriter<LogLines> writer, ServerCallContext context)
    {
        if (await new LogRelay(session, request, writer, context).RunAsync(assignment).ConfigureAwait(false) is { } moved)
        {
            await CopyAsync(assignment.Instance, moved, writer, context).ConfigureAwait(false);
        }
    }
}
