using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pryvd.Hosting;

/// <summary>Owner and mode of an open file: of what was opened, not of what its path names by now.</summary>
public sealed record FileFacts(uint Owner, uint Group, UnixFileMode Mode)
{
    private const int EmptyPath = 0x1000;
    private const uint BasicFacts = 0x7ff;
    private const int PermissionBits = 0xfff;

    // Offsets in struct statx (linux/stat.h), which is 256 bytes on every architecture.
    private const int RecordBytes = 256;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;

    /// <exception cref="IOException">The kernel refuses to tell.</exception>
    public static FileFacts Of(SafeFileHandle file)
    {
        var record = new byte[RecordBytes];
        if (Libc.Describe(file, "", EmptyPath, BasicFacts, record) != 0)
        {
            throw new IOException($"Owner and mode of an open file could not be read: {Libc.LastError()}.");
        }

        return new FileFacts(
            MemoryMarshal.Read<uint>(record.AsSpan(OwnerOffset)),
            MemoryMarshal.Read<uint>(record.AsSpan(GroupOffset)),
            (UnixFileMode)(MemoryMarshal.Read<ushort>(record.AsSpan(ModeOffset)) & PermissionBits));
    }
}
