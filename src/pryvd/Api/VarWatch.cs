using Grpc.Core;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>
/// The variables now, then each change. A change shows the variable as it has become: a watcher that lags sees the newest
/// value once, not each one in between. Secrets stay masked.
/// </summary>
/// <param name="scope">Null for all scopes.</param>
internal sealed class VarWatch(VarScope? scope, string prefix)
{
    private const string SubjectPrefix = "var/";

    public async Task RunAsync(ClusterSession session, string since, PatientWriter<VarChange> writer, ServerCallContext context)
    {
        var start = await WatchStart.AtAsync(session, since, context).ConfigureAwait(false);
        if (start.IsFromNow)
        {
            await WriteCurrentAsync(start.View, writer).ConfigureAwait(false);
        }

        await foreach (var (view, events) in EventFeed.FollowAsync(session, start.Position, Subjects, context.CancellationToken).ConfigureAwait(false))
        {
            foreach (var change in events.Select(item => Change(view, item)).OfType<VarChange>())
            {
                await writer.WriteAsync(change, change.Position).ConfigureAwait(false);
            }
        }
    }

    private string Subjects => scope is { } one ? $"{SubjectPrefix}{one}/{prefix}" : SubjectPrefix;

    private async Task WriteCurrentAsync(ReadView view, PatientWriter<VarChange> writer)
    {
        var all = scope is { } one ? view.State.Vars.InScope(one) : view.State.Vars.All();
        var items = all.Where(item => IsWatched(item.Name)).ToList();
        for (var i = 0; i < items.Count; i++)
        {
            // Before the last one is out, there is no position from which a reader would get the rest.
            var position = i == items.Count - 1 ? view.Now.ToString() : "";
            await writer.WriteAsync(new VarChange { Var = VarMessages.Of(items[i]), Position = position }, position).ConfigureAwait(false);
        }
    }

    private VarChange? Change(ReadView view, Model.Event item)
    {
        if (!TryParse(item.Subject, out var name) || !IsWatched(name))
        {
            return null;
        }

        var current = view.State.Vars.FindAny(name);
        if (current is null)
        {
            // Deleted, and forgotten since then.
            return item.Kind == "var.deleted" ? Gone(name, item) : null;
        }

        // A later change of it has an event of its own, further on.
        return current.Index == item.Position.Index
            ? new VarChange { Var = VarMessages.Of(current), Deleted = current.Deleted, Position = item.Position.ToString() }
            : null;
    }

    private static VarChange Gone(VarName name, Model.Event item) => new()
    {
        Var = new Var { Key = name.Key, Scope = name.Scope.ToString(), Index = item.Position.Index.Value, TimeMs = item.TimeMs, Actor = item.Actor.ToString() },
        Deleted = true,
        Position = item.Position.ToString(),
    };

    private bool IsWatched(VarName name) =>
        (scope is null || name.Scope == scope) && name.Key.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Reads var/SCOPE/KEY; a scope has one slash or none, and a key may have some.</summary>
    private static bool TryParse(string subject, out VarName name)
    {
        name = default;
        if (!subject.StartsWith(SubjectPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = subject[SubjectPrefix.Length..];
        var first = rest.IndexOf('/');
        var end = rest.StartsWith("cluster/", StringComparison.Ordinal) ? first : rest.IndexOf('/', first + 1);
        return end > 0 && VarName.TryParse($"{rest[..end]}:{rest[(end + 1)..]}", out name);
    }
}
