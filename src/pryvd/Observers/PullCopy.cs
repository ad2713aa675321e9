using Pryv.Consensus;

namespace Pryvd.Observers;

/// <summary>A copy of the state in a file, for those who need a snapshot.</summary>
internal sealed record PullCopy(long Id, string Path, LogPosition Position, ReadOnlyMemory<byte> Configuration, long Size)
{
    /// <summary>Stays readable when the file has been deleted meanwhile.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
}
