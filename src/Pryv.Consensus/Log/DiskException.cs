namespace Pryv.Consensus.Log;

/// <summary>The disk failed or refused; after it nothing that was not flushed before may be relied on, so the node stops.</summary>
public sealed class DiskException : Exception
{
    public DiskException(string message)
        : base(message)
    {
    }

    public DiskException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
