namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More messages follow at once: keep this one back until the next flush.</summary>
    BufferHint = 0x1,

    /// <summary>Never compress this message. Nothing sent from here is compressed.</summary>
    NoCompress = 0x2,
}
