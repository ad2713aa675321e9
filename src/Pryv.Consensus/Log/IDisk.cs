namespace Pryv.Consensus.Log;

/// <summary>
/// A folder of files with writes that are durable only once flushed. Every call throws <see cref="DiskException"/> when
/// the disk refuses it. Used by the real disk (libc) and by the simulated one.
/// </summary>
public interface IDisk
{
    /// <summary>The names of the files in the folder, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Creates a file of <paramref name="size"/> zero bytes, allocated on the disk; fails when it exists.</summary>
    IDiskFile Create(string name, long size);

    IDiskFile Open(string name);

    void Rename(string from, string to);

    void Delete(string name);

    /// <summary>Makes creates, renames and deletes durable.</summary>
    void FlushFolder();
}
