using Pryvd.Guard.Output;

namespace Pryvd.Agent.Logs;

/// <summary>
/// The files of one instance's output as one stream, while the guard writes and rotates them. The kernel knows under which name a file
/// that is open stands now; so what comes after it is found however often it was rotated.
/// </summary>
internal sealed class LogFiles(string folder)
{
    /// <summary>The file after the one with this number, or null when there is none yet.</summary>
    public FileStream? OpenAfter(long number)
    {
        while (true)
        {
            var older = LogFolder.Older(folder).Where(f => f.Number > number).ToList();
            if (older.Count > 0 && TryOpen(older[0].Path) is { } file)
            {
                return file;
            }

            if (older.Count == 0)
            {
                return OpenCurrent(number);
            }
        }
    }

    /// <summary>Number of an open file; 0 for the current one.</summary>
    public static long NumberOf(FileStream file)
    {
        var name = File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)?.Name ?? "";
        return long.TryParse(name.Split('.')[0], out var number) ? number : 0;
    }

    /// <summary>Number of an open file; of the current one, the number that it will have.</summary>
    public long PlaceOf(FileStream file)
    {
        // In this order: if it is still the current one after the look at the older ones, none of them came from it.
        var last = LogFolder.Older(folder) is { Count: > 0 } older ? older[^1].Number : 0;
        return NumberOf(file) is > 0 and var number ? number : last + 1;
    }

    /// <summary>Whether the file of this position is there, as far as it was read.</summary>
    public bool Has(OutputPosition position)
    {
        using var file = OpenAfter(position.File - 1);
        return file is not null && PlaceOf(file) == position.File && file.Length >= position.Offset && OutputPosition.HeadOf(file) == position.Head;
    }

    /// <summary>Whether it is written no more.</summary>
    public static bool IsOver(FileStream file) =>
        NumberOf(file) > 0 || File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)?.Name != LogFolder.CurrentName;

    /// <summary>The file and the place in it where the last so many lines begin; null for all that is kept.</summary>
    public (long After, long Offset) StartOf(int lines)
    {
        var older = LogFolder.Older(folder);
        var files = older.Select(f => f.Path).Append(LogFolder.CurrentOf(folder)).ToList();
        var wanted = (long)lines;
        for (var i = files.Count - 1; i >= 0; i--)
        {
            using var file = TryOpen(files[i]);
            if (file is not null && LineStart(file, ref wanted) is { } offset)
            {
                return (i == 0 ? 0 : older[i - 1].Number, offset);
            }
        }

        return (0, 0);
    }

    // Another file may have become an older one between the look at the folder and the opening.
    private FileStream? OpenCurrent(long number)
    {
        var current = TryOpen(LogFolder.CurrentOf(folder));
        if (LogFolder.Older(folder).FirstOrDefault(f => f.Number > number) is not { Path: not null } missed)
        {
            return current;
        }

        current?.Dispose();
        return TryOpen(missed.Path);
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Counts lines backwards; null when the file has fewer than are wanted.</summary>
    private static long? LineStart(FileStream file, ref long wanted)
    {
        var buffer = new byte[64 << 10];
        for (var end = file.Length; end > 0;)
        {
            var begin = Math.Max(0, end - buffer.Length);
            file.Position = begin;
            var piece = buffer.AsSpan(0, (int)(end - begin));
            file.ReadExactly(piece);
            for (var i = piece.Length - 1; i >= 0; i--)
            {
                // The last byte ends a line; each one before it begins the line after.
                if (piece[i] == '\n' && wanted-- == 0)
                {
                    return begin + i + 1;
                }
            }

            end = begin;
        }

        return null;
    }
}
