using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using EndToEnd.Harness;
using Microsoft.Win32.SafeHandles;

namespace EndToEnd.Faults.Lab;

/// <summary>An ext4 disk of its own, on a loop device, whose power can be cut and which can be filled up.</summary>
public sealed class LabDisk : IDisposable
{
    // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: what was not flushed is gone.
    private const nuint Shutdown = 0x8004587D;
    private const uint DropUnflushed = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-disk-").FullName;

    /// <param name="megabytes">Its size.</param>
    /// <param name="inodes">How many files it can hold; 0 for what suits its size.</param>
    public LabDisk(int megabytes, int inodes = 0)
    {
        Directory.CreateDirectory(Mount);
        using (var image = File.Create(Image))
        {
            image.SetLength((long)megabytes << 20);
        }

        string[] files = inodes > 0 ? ["-N", Text(inodes)] : [];
        Shell.Run("mkfs.ext4", ["-q", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", .. files, Image]);
        PlugIn();
    }

    public Habitat Habitat => new() { Disk = Mount };

    public string Mount => Path.Combine(_folder, "mnt");

    private string Image => Path.Combine(_folder, "image");

    private string Ballast => Path.Combine(Mount, "ballast");

    /// <summary>From now on the disk fails, and keeps nothing that was not flushed before.</summary>
    public void CutPower()
    {
        var flag = DropUnflushed;
        using var mount = OpenFolder(Mount);
        if (Control(mount, Shutdown, ref flag) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cutting the power of {Mount}");
        }
    }

    /// <summary>Takes the disk out and puts it back in, after which it holds what a disk holds after a power cut. No daemon may use it.</summary>
    public void Restart()
    {
        Shell.Run("umount", Mount);

        // Another mount namespace may have inherited the mount and hold the old one, shut down, for ever: a copy is a disk that nobody knows.
        Shell.Run("cp", "--sparse=always", Image, Image + ".new");
        File.Move(Image + ".new", Image, overwrite: true);
        PlugIn();
    }

    /// <summary>Leaves no room.</summary>
    public void Fill()
    {
        Shell.TryRun("dd", "if=/dev/zero", $"of={Ballast}", "bs=64k");
        Shell.TryRun("dd", "if=/dev/zero", $"of={Ballast}2", "bs=512");
    }

    public long FreeMegabytes => new DriveInfo(Mount).AvailableFreeSpace >> 20;

    /// <summary>How many more files it takes.</summary>
    public int FreeInodes => int.Parse(Shell.Run("stat", "-f", "-c", "%d", Mount), CultureInfo.InvariantCulture);

    /// <summary>Leaves so much room.</summary>
    public void LeaveMegabytes(int megabytes) =>
        Shell.Run("fallocate", "-l", Text(new DriveInfo(Mount).AvailableFreeSpace - ((long)megabytes << 20)), Ballast);

    /// <summary>Leaves room for so many files, however small.</summary>
    public void LeaveInodes(int count)
    {
        var surplus = FreeInodes - count;
        Directory.CreateDirectory(Ballast + "3");
        for (var i = 1; i < surplus; i++)
        {
            File.WriteAllBytes(Path.Combine(Ballast + "3", Text(i)), []);
        }
    }

    public void MakeRoom()
    {
        File.Delete(Ballast);
        File.Delete(Ballast + "2");
        if (Directory.Exists(Ballast + "3"))
        {
            Directory.Delete(Ballast + "3", recursive: true);
        }
    }

    public void Dispose()
    {
        Shell.Run("umount", Mount);
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void PlugIn() => Shell.Run("mount", "-o", "loop", Image, Mount);

    private static SafeFileHandle OpenFolder(string path)
    {
        var descriptor = Open(path, 0);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"opening {path}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeFileHandle file, nuint request, ref uint argument);
}
