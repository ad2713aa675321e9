using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pryv.Consensus.Log;

/// <summary>A file of a <see cref="LibcDisk"/>. Reads may come from several threads, as they carry their offset.</summary>
internal sealed unsafe class LibcFile : IDiskFile
{
    private const int ZeroesAtOnce = 1024 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private LibcFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
        Name = Path.GetFileName(path);
    }

    public string Name { get; }

    public long Length { get; private set; }

    public static LibcFile Create(string path, long size)
    {
        var file = new LibcFile(OpenHandle(path, Libc.ReadWrite | Libc.CreateNew), path);
        return file.OrClosed(() => file.Allocate(size));
    }

    public static LibcFile Open(string path)
    {
        var file = new LibcFile(OpenHandle(path, Libc.ReadWrite), path);
        return file.OrClosed(file.MeasureLength);
    }

    public static SafeFileHandle OpenHandle(string path, int flags)
    {
        const uint ownerOnly = 0b110_000_000;
        int descriptor;
        do
        {
            descriptor = Libc.Open(path, flags | Libc.CloseOnExec, ownerOnly);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Errno.Last($"Opening {path}");
    }

    public int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = ReadOnce(offset + total, buffer[total..]);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    /// <summary>One call; a short write is a failure, as what stopped it (a full disk, a limit) stops the rest as well.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        nint written;
        fixed (byte* start = bytes)
        {
            do
            {
                written = Libc.Write(_handle, start, bytes.Length, offset);
            }
            while (written < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }

        if (written < 0)
        {
            throw Errno.Last($"Writing {bytes.Length} bytes to {_path} at {offset}");
        }

        if (written != bytes.Length)
        {
            throw new DiskException(
                $"Writing to {_path} stopped after {written} of {bytes.Length} bytes. The disk may be full: look for free space.");
        }

        Length = Math.Max(Length, offset + bytes.Length);
    }

    /// <summary>Never tried again: after a failure the kernel has marked the pages clean, and a second call would lie.</summary>
    public void Flush()
    {
        if (Libc.FlushData(_handle) != 0)
        {
            throw Errno.Last($"Flushing {_path}");
        }
    }

    public void Dispose() => _handle.Dispose();

    private LibcFile OrClosed(Action prepare)
    {
        try
        {
            prepare();
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private int ReadOnce(long offset, Span<byte> buffer)
    {
        nint read;
        fixed (byte* start = buffer)
        {
            do
            {
                read = Libc.Read(_handle, start, buffer.Length, offset);
            }
            while (read < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }

        return read >= 0 ? (int)read : throw Errno.Last($"Reading {_path} at {offset}");
    }

    private void MeasureLength()
    {
        Length = Libc.Seek(_handle, 0, Libc.SeekEnd);
        if (Length < 0)
        {
            throw Errno.Last($"Measuring {_path}");
        }
    }

    private void Allocate(long size)
    {
        int error;
        do
        {
            error = Libc.Allocate(_handle, 0, size);
        }
        while (error == Errno.Interrupted);

        if (error is Errno.NotSupported or Errno.InvalidArgument)
        {
            WriteZeroes(size);
        }
        else if (error != 0)
        {
            throw Errno.Failure($"Allocating {size} bytes for {_path}", error);
        }

        Length = size;
    }

    private void WriteZeroes(long size)
    {
        var zeroes = new byte[Math.Min(size, ZeroesAtOnce)];
        for (long offset = 0; offset < size; offset += zeroes.Length)
        {
            Write(offset, zeroes.AsSpan(0, (int)Math.Min(zeroes.Length, size - offset)));
        }
    }
}
