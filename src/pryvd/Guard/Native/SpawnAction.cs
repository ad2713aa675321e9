using System.Runtime.InteropServices;

namespace Pryvd.Guard.Native;

/// <summary>posix_spawn: its attributes and what it does with file descriptors, freed when disposed.</summary>
internal sealed class SpawnAction : IDisposable
{
    private const string Library = "libc";

    // Larger than these records are in any C library (glibc: 336 and 80 bytes; a set of signals: 128).
    private const int RecordBytes = 512;
    private const short DefaultSignals = 0x04;
    private const short SignalMask = 0x08;
    private const short NewSession = 0x80;

    private readonly nint _attributes = Marshal.AllocHGlobal(RecordBytes);
    private readonly nint _files = Marshal.AllocHGlobal(RecordBytes);

    /// <summary>A session of its own, no blocked signal, every signal with its default action, and these three open files only.</summary>
    public SpawnAction(string input, int output, int error)
    {
        Require(InitializeAttributes(_attributes));
        Require(InitializeFiles(_files));
        UseSignals();
        Require(AddOpen(_files, 0, input, Sys.ReadOnly, 0));
        Require(AddDuplicate(_files, output, 1));
        Require(AddDuplicate(_files, error, 2));
        CloseOthers();
    }

    /// <summary>The pid of the new process, or the error of its exec.</summary>
    public int Spawn(string program, NativeStrings arguments, NativeStrings environment, out int pid) =>
        Spawn(out pid, program, _files, _attributes, arguments.Pointer, environment.Pointer);

    public void Dispose()
    {
        _ = DestroyFiles(_files);
        _ = DestroyAttributes(_attributes);
        Marshal.FreeHGlobal(_files);
        Marshal.FreeHGlobal(_attributes);
    }

    private static void Require(int error)
    {
        if (error != 0)
        {
            throw new GuardException($"A start could not be prepared: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private void UseSignals()
    {
        var signals = Marshal.AllocHGlobal(RecordBytes);
        _ = EmptySignals(signals);
        Require(SetMask(_attributes, signals));
        _ = FillSignals(signals);
        Require(SetDefaults(_attributes, signals));
        Marshal.FreeHGlobal(signals);
        Require(SetFlags(_attributes, DefaultSignals | SignalMask | NewSession));
    }

    // All files of the guard are close-on-exec; this is for those that it inherited itself. C libraries before glibc 2.34 lack it.
    private void CloseOthers()
    {
        try
        {
            Require(AddCloseFrom(_files, 3));
        }
        catch (EntryPointNotFoundException)
        {
            return;
        }
    }

    [DllImport(Library, EntryPoint = "posix_spawn")]
    private static extern int Spawn(out int pid, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, nint files, nint attributes, nint arguments, nint environment);

    [DllImport(Library, EntryPoint = "posix_spawnattr_init")]
    private static extern int InitializeAttributes(nint attributes);

    [DllImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    private static extern int DestroyAttributes(nint attributes);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    private static extern int SetFlags(nint attributes, short flags);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    private static extern int SetMask(nint attributes, nint signals);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    private static extern int SetDefaults(nint attributes, nint signals);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    private static extern int InitializeFiles(nint files);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    private static extern int DestroyFiles(nint files);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_addopen")]
    private static extern int AddOpen(nint files, int descriptor, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static extern int AddDuplicate(nint files, int from, int to);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static extern int AddCloseFrom(nint files, int from);

    [DllImport(Library, EntryPoint = "sigemptyset")]
    private static extern int EmptySignals(nint signals);

    [DllImport(Library, EntryPoint = "sigfillset")]
    private static extern int FillSignals(nint signals);
}
