using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Peers.Links;

/// <summary>Takes consensus messages of members, each over a connection of its own, and hands them to the replica on the thread that reads them.</summary>
internal sealed class LinkService(NodeHost host, PeerAccess access)
{
    private const int MaxOpeningBytes = 1024;

    /// <summary>Who opens a link says at once who it is.</summary>
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan HearingPatience = TimeSpan.FromSeconds(1);

    /// <summary>Takes the connections that were negotiated as links; all others go on as before.</summary>
    public ConnectionDelegate Take(ConnectionDelegate others) => connection =>
        connection.Features.Get<ITlsApplicationProtocolFeature>() is { } negotiated && negotiated.ApplicationProtocol.Span.SequenceEqual(PeerProtocol.Link.Protocol.Span)
            ? ServeAsync(connection)
            : others(connection);

    private async Task ServeAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        try
        {
            if (connection.Features.Get<IConnectionSocketFeature>() is { } transport)
            {
                DeadPeers.Notice(transport.Socket);
            }

            var refusal = await ReceiveAsync(connection, over.Token).ConfigureAwait(false);
            await RefuseAsync(connection, refusal, over.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ConnectionAbortedException)
        {
            // It opens another one when it has something to say.
        }
    }

    /// <summary>Ends with the reason for which no more is taken.</summary>
    /// <exception cref="IOException">The other side has ended it.</exception>
    private async Task<RpcException> ReceiveAsync(ConnectionContext connection, CancellationToken over)
    {
        try
        {
            await TakeMessagesAsync(connection, over).ConfigureAwait(false);
            throw new IOException("the link was closed");
        }
        catch (RpcException refused)
        {
            return refused;
        }
        catch (StoreException fault)
        {
            return StoreFaults.Of(fault);
        }
        catch (Exception broken) when (broken is WireFormatException or InvalidProtocolBufferException)
        {
            host.Logger.LogWarning("What node {Node} sent from {Address} is no message and is refused: {Reason}", NodeOf(connection), connection.RemoteEndPoint, broken.Message);
            return new RpcException(new Status(StatusCode.Internal, $"What was sent is no message: {broken.Message}"));
        }
    }

    /// <summary>Says why, and reads on until the other side has heard it: to close with something unread would take the answer back.</summary>
    private static async Task RefuseAsync(ConnectionContext connection, RpcException refusal, CancellationToken over)
    {
        await AnswerAsync(connection, refusal.StatusCode, refusal.Status.Detail, (refusal as EpochOverException)?.Newer).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(over);
        patience.CancelAfter(HearingPatience);
        var input = connection.Transport.Input;
        while (await input.ReadAsync(patience.Token).ConfigureAwait(false) is { IsCompleted: false } read)
        {
            input.AdvanceTo(read.Buffer.End);
        }
    }

    private async Task TakeMessagesAsync(ConnectionContext connection, CancellationToken over)
    {
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        var input = connection.Transport.Input;
        var node = access.RequireNode(certificate);
        var opening = await ReadOpeningAsync(connection, over).ConfigureAwait(false);
        var opened = host.RequireSession();
        SessionCheck.Require(host, opened, node, opening.ProtocolVersion, opening.ClusterId, new Epoch(opening.Epoch));
        var session = opened as MemberSession
            ?? throw new RpcException(new Status(StatusCode.FailedPrecondition, "This node is an observer and takes no part in consensus."));
        session.Transport.Called(node);
        var answeredAt = host.Clock.GetTimestamp();
        await AnswerAsync(connection, StatusCode.OK, "").ConfigureAwait(false);
        while (true)
        {
            var read = await input.ReadAsync(over).ConfigureAwait(false);
            var received = read.Buffer;
            try
            {
                // A revocation or the end of the session ends the link, too.
                access.RequireNode(certificate);
                RequireSame(session);
                while (LinkRecords.TryRead(ref received, PeerProtocol.MaxMessageBytes, out var record))
                {
                    session.Receive(Decode(session, record, node), node);
                }
            }
            finally
            {
                input.AdvanceTo(received.Start, received.End);
            }

            if (read.IsCompleted)
            {
                return;
            }

            if (host.Clock.GetElapsedTime(answeredAt) >= LinkPulse.Pace)
            {
                answeredAt = host.Clock.GetTimestamp();
                await AnswerAsync(connection, StatusCode.OK, "").ConfigureAwait(false);
            }
        }
    }

    private static async Task<LinkOpening> ReadOpeningAsync(ConnectionContext connection, CancellationToken over)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(over);
        patience.CancelAfter(OpeningPatience);
        return LinkOpening.Parser.ParseFrom(await LinkRecords.FirstAsync(connection.Transport.Input, MaxOpeningBytes, patience.Token).ConfigureAwait(false));
    }

    private static async Task AnswerAsync(ConnectionContext connection, StatusCode status, string message, Epoch? newer = null)
    {
        var answer = new LinkAnswer { Status = (int)status, Message = message, NewerEpoch = newer?.Value ?? 0 };
        await connection.Transport.Output.WriteAsync(LinkRecords.Of(answer)).ConfigureAwait(false);
    }

    private static string NodeOf(ConnectionContext connection) =>
        connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate?.Subject ?? "";

    private void RequireSame(MemberSession session)
    {
        if (host.Session != session)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "This node has begun anew."));
        }
    }

    private static Message Decode(MemberSession session, byte[] record, string node)
    {
        var message = MessageCodec.Decode(record);
        return session.Runner.Status.Configuration.Find(message.From) is { } member && member.Node != node
            ? throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {node} spoke for member {message.From}; a node speaks only for itself."))
            : message;
    }
}
