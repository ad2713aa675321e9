using System.Security.Cryptography;
using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>Request ids as calls carry them, in a field named request_id.</summary>
internal static class RequestIds
{
    public static RequestId New(LogIndex applied) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RequestId.Length / 2)), applied);

    /// <summary>Gives a request that has a place for an id one, unless it has one.</summary>
    /// <exception cref="Grpc.Core.RpcException">The id that it has is malformed.</exception>
    public static void Ensure(IMessage request, LogIndex applied)
    {
        if (request is not IIdentifiedRequest identified)
        {
            return;
        }

        if (identified.RequestId.Length == 0)
        {
            identified.RequestId = New(applied).ToString();
        }
        else if (!RequestId.TryParse(identified.RequestId, out _))
        {
            throw Errors.Invalid($"The request id '{Clip.To(identified.RequestId, 80)}' is malformed; take one from NewRequestId, or leave it out.");
        }
    }

    /// <summary>An envelope for what <paramref name="actor"/> asked with this id.</summary>
    public static CommandEnvelope Envelope(string requestId, Model.Actor actor, string cause)
    {
        var envelope = new CommandEnvelope { Actor = ActorMessage.Of(actor), Cause = cause };
        if (RequestId.TryParse(requestId, out var id))
        {
            (envelope.RequestId, envelope.RequestIndex) = (id.Digits, id.MadeAt.Value);
        }

        return envelope;
    }
}
