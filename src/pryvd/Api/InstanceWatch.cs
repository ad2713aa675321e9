using Grpc.Core;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The instances now, then each change, as the state has it when the change is told; several changes of one instance may be told as one.</summary>
/// <param name="component">Of one component; empty for all.</param>
internal sealed class InstanceWatch(string component)
{
    private const string SubjectPrefix = "instance/";

    public async Task RunAsync(ClusterSession session, PatientWriter<InstanceChange> writer, ServerCallContext context)
    {
        var start = await WatchStart.AtAsync(session, since: "", context).ConfigureAwait(false);
        var running = start.View.State.Running;
        foreach (var item in component.Length == 0 ? running.Assignments.All : running.Assignments.Of(component))
        {
            await writer.WriteAsync(new InstanceChange { Instance = ComponentMessages.Of(start.View.State, item) }, "").ConfigureAwait(false);
        }

        await writer.WriteAsync(new InstanceChange { Synced = true }, "").ConfigureAwait(false);
        var prefix = component.Length == 0 ? SubjectPrefix : $"{SubjectPrefix}{component}/";
        await foreach (var (view, events) in EventFeed.FollowAsync(session, start.Position, prefix, context.CancellationToken).ConfigureAwait(false))
        {
            foreach (var subject in events.Select(item => item.Subject).Distinct(StringComparer.Ordinal))
            {
                await writer.WriteAsync(Change(view.State, subject[SubjectPrefix.Length..]), "").ConfigureAwait(false);
            }
        }
    }

    private static InstanceChange Change(ClusterState state, string text) =>
        InstanceId.TryParse(text, out var id) && state.Running.Assignments.Find(id) is { } item
            ? new InstanceChange { Instance = ComponentMessages.Of(state, item) }
            : new InstanceChange { Instance = new Instance { Id = text }, Removed = true };
}
