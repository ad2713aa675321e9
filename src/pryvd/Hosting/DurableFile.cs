using Microsoft.Win32.SafeHandles;

namespace Pryvd.Hosting;

/// <summary>
/// Small files that are there whole or not at all after a power cut. The flush goes through libc, because .NET's own
/// flush reports success when fsync fails (design.md, invariant 3).
/// </summary>
public static class DurableFile
{
    /// <summary>Replaces the content of <paramref name="path"/> by way of a temporary file beside it.</summary>
    /// <exception cref="IOException">The disk refused; the old content is still there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var temporary = path + ".tmp";
        File.Delete(temporary);
        WriteNew(temporary, content, mode);
        File.Move(temporary, path, overwrite: true);
        FlushFolder(FolderOf(path));
    }

    /// <summary>Renames a file of the same folder, replacing what stands there.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushFolder(FolderOf(to));
    }

    /// <summary>Deletes a file; one that does not exist is as good as deleted.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FlushFolder(FolderOf(path));
    }

    /// <summary>Creates a folder, readable by its owner only, with the missing ones above it.</summary>
    public static void CreateFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        FlushFolder(FolderOf(path));
    }

    /// <summary>Makes creates, renames and deletes in a folder durable.</summary>
    public static void FlushFolder(string folder)
    {
        using var handle = Libc.Open(folder, Libc.CloseOnExec);
        if (handle.IsInvalid)
        {
            throw new IOException($"The folder {folder} could not be opened to flush it: {Libc.LastError()}.");
        }

        Flush(handle, folder);
    }

    private static void WriteNew(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        };
        using var stream = new FileStream(path, options);
        stream.Write(content);
        stream.Flush();
        Flush(stream.SafeFileHandle, path);
    }

    private static void Flush(SafeFileHandle file, string path)
    {
        if (Libc.Flush(file) != 0)
        {
            throw new IOException($"{path} could not be flushed to the disk: {Libc.LastError()}.");
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
}
