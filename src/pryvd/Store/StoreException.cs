namespace Pryvd.Store;

/// <summary>
/// The store cannot go on: the disk failed, a file is damaged, or it was written by a newer version. After one of these the
/// store never answers again (invariant 3).
/// </summary>
public sealed class StoreException : Exception
{
    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>SQLite, or a row, said that <paramref name="file"/> cannot be relied on.</summary>
    public static StoreException Failed(string file, string during, Exception cause) => new(
        $"{file}: {during} failed ({cause.Message}). Nothing more is answered from it, because what was written last may be lost. "
        + "Free space or mend the disk and start again; if the file is damaged, delete the node's data folder except identity/, and it restores itself from its peers.",
        cause);
}
