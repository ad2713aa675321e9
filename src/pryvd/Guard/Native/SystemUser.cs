using System.Runtime.InteropServices;

namespace Pryvd.Guard.Native;

/// <summary>A user of this machine.</summary>
internal sealed record SystemUser(string Name, uint Uid, uint Gid)
{
    private const int UidAt = 16;
    private const int GidAt = 20;

    /// <summary>Null when there is none of that name.</summary>
    public static SystemUser? Find(string name)
    {
        var record = Sys.FindUser(name);
        return record == 0 ? null : new SystemUser(name, (uint)Marshal.ReadInt32(record, UidAt), (uint)Marshal.ReadInt32(record, GidAt));
    }
}
