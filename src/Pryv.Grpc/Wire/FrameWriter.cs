using System.Buffers;
using Grpc.Core;

namespace Pryv.Grpc.Wire;

/// <summary>
/// Writes framed messages. A marshaller that says the length first, as the generated ones do, writes straight into the
/// target; only one that does not goes through a buffer of its own.
/// </summary>
internal sealed class FrameWriter(IBufferWriter<byte> target, int? maxSize) : SerializationContext
{
    private int? _length;
    private bool _isComplete;
    private ArrayBufferWriter<byte>? _unsized;

    /// <summary>True while the target holds a prefix whose message has not been completed: nothing may follow it.</summary>
    public bool IsTorn { get; private set; }

    public void Write<T>(Marshaller<T> marshaller, T message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _length = null;
        _isComplete = false;
        _unsized?.ResetWrittenCount();
        marshaller.ContextualSerializer(message, this);
        if (!_isComplete)
        {
            throw new InvalidOperationException($"The marshaller of {typeof(T).Name} returned without calling Complete.");
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (payloadLength > maxSize)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"The message of {payloadLength} bytes is larger than MaxSendMessageSize, {maxSize} bytes."));
        }

        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_length is null)
        {
            return _unsized ??= new ArrayBufferWriter<byte>();
        }

        FramePrefix.Write(target, _length.Value);
        IsTorn = true;
        return target;
    }

    public override void Complete()
    {
        if (IsTorn)
        {
            Finish();
            return;
        }

        CompleteWith(_unsized is null ? default : _unsized.WrittenSpan);
    }

    public override void Complete(byte[] payload) => CompleteWith(payload);

    private void CompleteWith(ReadOnlySpan<byte> payload)
    {
        SetPayloadLength(payload.Length);
        FramePrefix.Write(target, payload.Length);
        target.Write(payload);
        Finish();
    }

    private void Finish()
    {
        IsTorn = false;
        _isComplete = true;
    }
}
