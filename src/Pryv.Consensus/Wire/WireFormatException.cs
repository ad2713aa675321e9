namespace Pryv.Consensus.Wire;

/// <summary>Bytes that are no message or configuration of ours: truncated, too long, or of an unknown version.</summary>
public sealed class WireFormatException(string message) : Exception(message);
