using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pryvd.Hosting;

/// <summary>Owner, mode and kind of a file, as the kernel keeps them.</summary>
public sealed record FileFacts(uint Owner, uint Group, UnixFileMode Mode, bool IsSocket = false)
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFacts = 0x7ff;
    private const int NoSuchFile = 2;

    private const int PermissionBits = 0xfff;
    private const int KindBits = 0xf000;
    private const int SocketKind = 0xc000;

    // Offsets in struct statx (linux/stat.h), which is 256 bytes on every architecture.
    private const int RecordBytes = 256;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;

    /// <summary>Of what was opened, not of what its path names by now.</summary>
    /// <exception cref="IOException">The kernel refuses to tell.</exception>
    public static FileFacts Of(SafeFileHandle file)
    {
        var record = new byte[RecordBytes];
        return Libc.Describe((int)file.DangerousGetHandle(), "", EmptyPath, BasicFacts, record) == 0
            ? Read(record)
            : throw new IOException($"Owner and mode of an open file could not be read: {Libc.LastError()}.");
    }

    /// <summary>Of the file of this name itself, where it is a link; null when there is none.</summary>
    /// <exception cref="IOException">The kernel refuses to tell.</exception>
    public static FileFacts? OfPath(string path)
    {
        var record = new byte[RecordBytes];
        if (Libc.Describe(CurrentFolder, path, NoFollow, BasicFacts, record) == 0)
        {
            return Read(record);
        }

        return Marshal.GetLastPInvokeError() == NoSuchFile
            ? null
            : throw new IOException($"Owner and mode of {path} could not be read: {Libc.LastError()}.");
    }

    private static FileFacts Read(byte[] record)
    {
        var mode = MemoryMarshal.Read<ushort>(record.AsSpan(ModeOffset));
        return new FileFacts(
            MemoryMarshal.Read<uint>(record.AsSpan(OwnerOffset)),
            MemoryMarshal.Read<uint>(record.AsSpan(GroupOffset)),
            (UnixFileMode)(mode & PermissionBits),
            (mode & KindBits) == SocketKind);
    }
}
