using Google.Protobuf;
using Grpc.Core;
using Pryv.Consensus.Replication;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Actor = Pryvd.Model.Actor;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>
/// Calls that only the leader can answer. On the leader they run here; elsewhere the call is handed to the leader as it
/// is, and again to the next one while leadership moves, with one request id throughout, so that it counts once.
/// </summary>
public sealed class LeaderCalls(NodeHost host)
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    // A timer takes at most 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<string, Handler> _handlers = new(StringComparer.Ordinal);

    private sealed record Handler(MessageParser Parser, Func<IMessage, Actor, CancellationToken, Task<IMessage>> Run);

    /// <summary>What the leader does for a method; <paramref name="handle"/> throws RpcException for errors that the caller is to see.</summary>
    public void Register<TRequest, TReply>(string method, Func<TRequest, Actor, CancellationToken, Task<TReply>> handle)
        where TRequest : IMessage<TRequest>, new()
        where TReply : IMessage<TReply>
    {
        var parser = new MessageParser<TRequest>(() => new TRequest());
        _handlers[method] = new Handler(
            parser, async (request, actor, cancel) => await handle((TRequest)request, actor, cancel).ConfigureAwait(false));
    }

    /// <summary>Answers a call of the local socket or of a joining node, by the leader.</summary>
    public Task<TReply> CallAsync<TReply>(IMessage request, ServerCallContext context, Actor actor)
        where TReply : IMessage<TReply>, new() =>
        CallAsync<TReply>(context.Method, request, actor, context.Deadline, context.CancellationToken);

    public async Task<TReply> CallAsync<TReply>(
        string method, IMessage request, Actor actor, DateTime deadline, CancellationToken cancel)
        where TReply : IMessage<TReply>, new()
    {
        var session = host.RequireSession();
        RequestIds.Ensure(request, session.Store.Applied);
        var giveUp = deadline == DateTime.MaxValue ? DateTime.UtcNow + DefaultPatience : deadline - TimeSpan.FromMilliseconds(50);
        var pause = FirstPause;
        while (true)
        {
            try
            {
                return session.Leads
                    ? (TReply)await HandleAsync(method, request, actor, cancel).ConfigureAwait(false)
                    : await ForwardAsync<TReply>(session, method, request, actor, giveUp, cancel).ConfigureAwait(false);
            }
            catch (NotLeaderException) when (DateTime.UtcNow + pause < giveUp)
            {
                await Task.Delay(pause, cancel).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (NotLeaderException)
            {
                throw Errors.NoLeader("The change was not confirmed in time", session);
            }
        }
    }

    /// <summary>A call that another node handed over: answered here or not at all.</summary>
    public async Task<ByteString> AnswerAsync(string method, ByteString request, Actor actor, CancellationToken cancel)
    {
        var reply = await HandleAsync(method, Find(method).Parser.ParseFrom(request), actor, cancel).ConfigureAwait(false);
        return reply.ToByteString();
    }

    /// <summary>Proposes a command on the leader and waits until it is applied; refusals become errors that say why.</summary>
    /// <exception cref="NotLeaderException">Leadership was lost; the same request id may be tried again.</exception>
    public static async Task<CommandReply> ProposeAsync(ClusterSession session, CommandEnvelope envelope)
    {
        var result = await session.ProposeAsync(envelope).ConfigureAwait(false);
        switch (result.Status)
        {
            case ProposalStatus.Applied: break;
            case ProposalStatus.Invalid: throw Errors.Invalid(result.Reason ?? "The command was refused.");
            default: throw new NotLeaderException();
        }

        var reply = (CommandReply)result.Result!;
        return reply.Code switch
        {
            ReplyCodes.Ok => reply,
            ReplyCodes.NotFound => throw Errors.NotFound(reply.Message),
            ReplyCodes.Conflict => throw Errors.Conflict(reply.Message),
            ReplyCodes.OutcomeUnknown => throw new RpcException(new Status(StatusCode.Aborted, reply.Message)),
            _ => throw Errors.Invalid(reply.Message),
        };
    }

    private Handler Find(string method) => _handlers.TryGetValue(method, out var handler)
        ? handler
        : throw new RpcException(new Status(StatusCode.Unimplemented, $"The leader does not know {method}; it may be of an older version."));

    private Task<IMessage> HandleAsync(string method, IMessage request, Actor actor, CancellationToken cancel) =>
        host.RequireSession().Leads ? Find(method).Run(request, actor, cancel) : throw new NotLeaderException();

    private static async Task<TReply> ForwardAsync<TReply>(
        ClusterSession session, string method, IMessage request, Actor actor, DateTime deadline, CancellationToken cancel)
        where TReply : IMessage<TReply>, new()
    {
        var moved = session.LeaderMoved;
        if (session.Leader is not { } leader)
        {
            throw new NotLeaderException();
        }

        try
        {
            var forward = new ForwardRequest { Method = method, Request = request.ToByteString(), Actor = ActorMessage.Of(actor) };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Left(deadline));
            var reply = await WhileLedAsync(
                session.Forwarding.CallAsync(leader.Node, leader.Address, forward, patience.Token), moved, patience).ConfigureAwait(false);
            return (StatusCode)reply.Status switch
            {
                StatusCode.OK => new MessageParser<TReply>(() => new TReply()).ParseFrom(reply.Reply),
                StatusCode.Unavailable => throw new NotLeaderException(),
                var refused => throw new RpcException(new Status(refused, reply.Message)),
            };
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
        {
            throw new NotLeaderException();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Errors.NoLeader("The leader did not answer in time", session);
        }
    }

    private static TimeSpan Left(DateTime deadline)
    {
        var left = deadline - DateTime.UtcNow;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestWait ? left : LongestWait;
    }

    /// <summary>A leader that froze or was cut off does not answer: once another leads, its answer is not waited for, but for a moment in which it may be under way.</summary>
    private static async Task<ForwardReply> WhileLedAsync(Task<ForwardReply> answer, Task moved, CancellationTokenSource patience)
    {
        if (await Task.WhenAny(answer, moved).ConfigureAwait(false) == moved)
        {
            await Task.WhenAny(answer, Task.Delay(Grace)).ConfigureAwait(false);
        }

        if (answer.IsCompleted)
        {
            return await answer.ConfigureAwait(false);
        }

        await patience.CancelAsync().ConfigureAwait(false);
        throw new NotLeaderException();
    }
}
