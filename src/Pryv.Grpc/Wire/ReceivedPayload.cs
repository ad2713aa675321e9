using System.Buffers;
using Grpc.Core;

namespace Pryv.Grpc.Wire;

/// <summary>One received message, handed to a marshaller.</summary>
internal sealed class ReceivedPayload : DeserializationContext
{
    public ReadOnlySequence<byte> Payload { get; set; }

    public override int PayloadLength => (int)Payload.Length;

    public override byte[] PayloadAsNewBuffer() => Payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => Payload;
}
