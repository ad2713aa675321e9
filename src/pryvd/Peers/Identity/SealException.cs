namespace Pryvd.Peers.Identity;

/// <summary>Sealing or opening failed; nothing of the content is in the message.</summary>
public sealed class SealException(SealFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public SealFault Fault { get; } = fault;
}
