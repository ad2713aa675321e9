namespace Pryvd.Store;

/// <summary>A snapshot could not be written, or is not what it should be; the store itself is as it was.</summary>
public sealed class SnapshotException : Exception
{
    public SnapshotException(string message)
        : base(message)
    {
    }

    public SnapshotException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
