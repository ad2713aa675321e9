using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts one message: either all at once, or length, writer and completion in this order.</summary>
public abstract class SerializationContext
{
    public abstract void Complete(byte[] payload);

    public abstract IBufferWriter<byte> GetBufferWriter();

    public abstract void SetPayloadLength(int payloadLength);

    public abstract void Complete();
}
