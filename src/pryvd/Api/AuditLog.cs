using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>
/// Who did what over the local socket, and how it ended: every write and every refused one, and each secret that was shown.
/// Values of variables and tokens never get here.
/// </summary>
internal sealed class AuditLog(NodeHost host, Serilog.ILogger log)
{
    private const string PublicApi = "/pryv.v1.";
    private const int MaxText = 512;

    private static readonly object SubjectKey = new();

    // What these do is asked for all the time and changes nothing.
    private static readonly string[] Reading = ["Get", "List", "Watch", "Resolve", "NewRequestId", "Plan", "Explain", "Find", "Read"];

    // Only methods of the server's own services get here, so there are few.
    private static readonly ConcurrentDictionary<string, bool> Audited = new(StringComparer.Ordinal);

    private readonly Serilog.ILogger _audit = log.ForContext(LogCategory.Property, LogCategory.Audit);

    /// <summary>What a call is about, for its entry.</summary>
    public static void Note(ServerCallContext context, string subject) => context.UserState[SubjectKey] = subject;

    /// <summary>A <see cref="Grpc.AspNetCore.Server.ServerInterceptor"/> for the local socket.</summary>
    public async Task InterceptAsync(ServerCallContext context, Func<Task> next)
    {
        if (!IsAudited(context.Method))
        {
            await next().ConfigureAwait(false);
            return;
        }

        var actor = Caller.Of(context, host.Session?.NodeName ?? host.Options.Name);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next().ConfigureAwait(false);
            Write(context, actor, start, context.Status);
        }
        catch (Exception failure)
        {
            Write(context, actor, start, StatusOf(failure));
            throw;
        }
    }

    /// <summary>A secret was opened for somebody.</summary>
    public void Revealed(Actor actor, VarName name) => log.Security(
        "Secret {Key:l} in scope {Scope:l} was revealed to uid {Uid}, pid {Pid} on {Node:l}",
        name.Key, name.Scope.ToString(), actor.Uid, actor.Pid, actor.Node);

    private static bool IsAudited(string method) => Audited.GetOrAdd(method, static name => Changes(name));

    private static bool Changes(string method) =>
        method.StartsWith(PublicApi, StringComparison.Ordinal)
        && !Reading.Any(verb => method.AsSpan(method.LastIndexOf('/') + 1).StartsWith(verb, StringComparison.Ordinal));

    private static Status StatusOf(Exception failure) => failure switch
    {
        RpcException refused => refused.Status,
        OperationCanceledException => new Status(StatusCode.Cancelled, "the caller went away, or its deadline passed"),
        _ => new Status(StatusCode.Unknown, failure.GetType().Name),
    };

    private void Write(ServerCallContext context, Actor actor, long start, Status status)
    {
        const string template = "{Method:l} {Subject:l} by uid {Uid}, pid {Pid} on {Node:l}: {Outcome} in {ElapsedMs} ms {Detail:l}";
        var subject = context.UserState.TryGetValue(SubjectKey, out var noted) ? (string)noted : "";
        object?[] values =
        [
            context.Method, Clip.To(subject, MaxText), actor.Uid, actor.Pid, actor.Node, status.StatusCode,
            (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds, Clip.To(status.Detail ?? "", MaxText),
        ];
        if (status.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated)
        {
            log.Security(template, values);
        }
        else
        {
            _audit.Information(template, values);
        }
    }
}
