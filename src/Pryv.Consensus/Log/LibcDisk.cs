namespace Pryv.Consensus.Log;

/// <summary>A real folder, through the C library. It is made with mode 0700 if there is none, its files with 0600.</summary>
public sealed class LibcDisk : IDisk
{
    private readonly string _folder;

    public LibcDisk(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Make(_folder);
    }

    public IReadOnlyList<string> List()
    {
        try
        {
            return Array.ConvertAll(Directory.GetFiles(_folder), path => Path.GetFileName(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DiskException($"Listing folder {_folder} failed: {failure.Message}", failure);
        }
    }

    public IDiskFile Create(string name, long size) => LibcFile.Create(PathOf(name), size);

    public IDiskFile Open(string name) => LibcFile.Open(PathOf(name));

    public void Rename(string from, string to)
    {
        if (Libc.Rename(PathOf(from), PathOf(to)) != 0)
        {
            throw Errno.Last($"Renaming {PathOf(from)} to {to}");
        }
    }

    public void Delete(string name)
    {
        if (Libc.Unlink(PathOf(name)) != 0)
        {
            throw Errno.Last($"Deleting {PathOf(name)}");
        }
    }

    public void FlushFolder() => Flush(_folder);

    private static void Flush(string folder)
    {
        using var handle = LibcFile.OpenHandle(folder, Libc.ReadOnly);
        if (Libc.Flush(handle) != 0)
        {
            throw Errno.Last($"Flushing folder {folder}");
        }
    }

    private static void Make(string folder)
    {
        const uint ownerOnly = 0b111_000_000;
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        Make(parent);
        if (Libc.MakeFolder(folder, ownerOnly) != 0)
        {
            throw Errno.Last($"Creating folder {folder}");
        }

        Flush(parent);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
