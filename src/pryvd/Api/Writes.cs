using Google.Protobuf;
using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Api;

/// <summary>The way of a write: from the local socket to the leader, and there from the request to the reply of its command.</summary>
internal sealed class Writes(NodeHost host, LeaderCalls leader)
{
    // Room in the command for what the request does not bring: actor, cause, and what sealing adds to each value.
    private const int MaxRequestBytes = Limits.CommandBytes - (128 << 10);

    /// <summary>Hands a request that was found valid to the leader.</summary>
    /// <param name="subject">What it is about, for the audit log.</param>
    public Task<TReply> SendAsync<TReply>(IMessage request, string subject, ServerCallContext context)
        where TReply : IMessage<TReply>, new()
    {
        AuditLog.Note(context, subject);
        if (request.CalculateSize() > MaxRequestBytes)
        {
            throw Errors.Invalid(
                $"The request has {request.CalculateSize()} bytes, at most {MaxRequestBytes} are allowed; write less at a time, in several requests.");
        }

        return leader.CallAsync<TReply>(request, context, Caller.Of(context, host.RequireSession().NodeName));
    }

    /// <summary>What the leader does for a method whose requests become one command each.</summary>
    public void Register<TRequest>(string method, string cause, Func<TRequest, string> idOf, Action<TRequest, CommandEnvelope> fill)
        where TRequest : IMessage<TRequest>, new() =>
        leader.Register<TRequest, WriteReply>(method, async (request, actor, cancel) =>
        {
            var envelope = RequestIds.Envelope(idOf(request), actor, cause);
            fill(request, envelope);
            var reply = await CommitAsync(envelope, cancel).ConfigureAwait(false);
            return new WriteReply { Index = reply.Index, Versions = { reply.Versions } };
        });

    /// <summary>Proposes on the leader; returns once the command is applied here.</summary>
    public Task<CommandReply> CommitAsync(CommandEnvelope envelope, CancellationToken cancel) =>
        LeaderCalls.ProposeAsync(host.RequireSession(), envelope).WaitAsync(cancel);
}
