using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Output;

/// <summary>
/// The output of one instance on disk, rotated by size. A line reads <c>2026-01-31T12:00:00.000Z stdout TEXT</c>. What cannot be written
/// (the disk is full) is counted, and the count stands in the log as soon as it can: the instance itself never waits for the disk.
/// </summary>
internal sealed class InstanceLog(string folder, long fileBytes, int files) : IDisposable
{
    public const string OwnStream = "pryvd";
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private const uint OwnerAndGroup = 0b110_100_000;
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const int SeekEnd = 2;

    private readonly ArrayBufferWriter<byte> _pending = new();
    private int _file = -1;
    private long _size;
    private int _pendingLines;
    private long _lost;
    private string _reason = "";

    public string Folder => folder;

    /// <summary>Runs that write here.</summary>
    public int Writers { get; set; }

    /// <summary>Lines were lost and the log does not say so yet.</summary>
    public bool OwesWord => _lost > 0;

    public void Add(string stream, ReadOnlySpan<byte> text, DateTimeOffset now)
    {
        var head = _pending.GetSpan(TimeFormat.Length + stream.Length + 2);
        _ = now.UtcDateTime.TryFormat(head, out var length, TimeFormat);
        head[length++] = (byte)' ';
        length += Encoding.ASCII.GetBytes(stream, head[length..]);
        head[length++] = (byte)' ';
        _pending.Advance(length);
        _pending.Write(text);
        _pending.Write("\n"u8);
        _pendingLines++;
    }

    /// <summary>Writes what was added, all of it or nothing.</summary>
    public void Flush(DateTimeOffset now)
    {
        if (_lost > 0 && !TryOweNothing(now))
        {
            Lose(_reason);
        }
        else if (_pendingLines > 0 && !TryWrite(_pending.WrittenSpan.ToArray()))
        {
            Lose(_reason);
        }

        _pending.ResetWrittenCount();
        _pendingLines = 0;
    }

    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = Sys.Close(_file);
            _file = -1;
        }
    }

    private void Lose(string reason)
    {
        _lost += _pendingLines;
        _reason = reason;
    }

    private bool TryOweNothing(DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString(TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
        var word = Encoding.UTF8.GetBytes($"{time} {OwnStream} {_lost} lines lost before this: {_reason}\n");
        if (!TryWrite([.. word, .. _pending.WrittenSpan]))
        {
            return false;
        }

        (_lost, _pendingLines) = (0, 0);
        _pending.ResetWrittenCount();
        return true;
    }

    private bool TryWrite(byte[] bytes)
    {
        if (!IsOpen())
        {
            return false;
        }

        var written = Sys.Write(_file, bytes, bytes.Length);
        if (written != bytes.Length)
        {
            _reason = written < 0 ? Sys.LastError() : "no space left on device";
            _ = Sys.Truncate(_file, _size);
            return false;
        }

        _size += written;
        if (_size >= fileBytes)
        {
            Rotate();
        }

        return true;
    }

    private bool IsOpen()
    {
        if (_file >= 0)
        {
            return true;
        }

        try
        {
            Directory.CreateDirectory(folder, FolderMode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _reason = e.Message;
            return false;
        }

        _file = Sys.Open(LogFolder.CurrentOf(folder), Sys.WriteOnly | Sys.Create | Sys.Append | Sys.CloseOnExec, OwnerAndGroup);
        _size = _file >= 0 ? Sys.Seek(_file, 0, SeekEnd) : 0;
        _reason = _file >= 0 ? "" : Marshal.GetLastPInvokeErrorMessage();
        return _file >= 0;
    }

    // Where renaming fails, the current file goes on and grows: nothing is lost, and it is tried again with the next write.
    private void Rotate()
    {
        try
        {
            var older = LogFolder.Older(folder);
            foreach (var surplus in older.Take(Math.Max(0, older.Count + 2 - Math.Max(files, 1))))
            {
                File.Delete(surplus.Path);
            }

            if (files <= 1)
            {
                File.Delete(LogFolder.CurrentOf(folder));
            }
            else
            {
                File.Move(LogFolder.CurrentOf(folder), LogFolder.OlderOf(folder, older.Count == 0 ? 1 : older[^1].Number + 1));
            }

            Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _reason = e.Message;
        }
    }
}
