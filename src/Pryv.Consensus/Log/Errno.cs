using System.Runtime.InteropServices;

namespace Pryv.Consensus.Log;

/// <summary>Error numbers of Linux, as words that say what happened and what to do.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int InvalidArgument = 22;
    public const int NotSupported = 95;
    private const int NotFound = 2;
    private const int InputOutput = 5;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int TooManyFiles = 24;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;

    /// <summary>The exception for a call that just failed.</summary>
    public static DiskException Last(string what) => Failure(what, Marshal.GetLastPInvokeError());

    public static DiskException Failure(string what, int error) => new($"{what} failed: {Words(error)}");

    private static string Words(int error) => error switch
    {
        NoSpace => "no space left on device. Free some or enlarge it, then start the daemon again.",
        QuotaExceeded => "disk quota exceeded. Raise the quota, then start the daemon again.",
        InputOutput => "input/output error. The disk may be failing: look at the kernel's log; replace it and let the node rejoin.",
        ReadOnlyFileSystem => "read-only file system. Look at the kernel's log for the reason, then mount it writable.",
        AccessDenied => "permission denied. The folder and its files must belong to the user of the daemon.",
        NotFound => "no such file or folder. Something else removed it while the daemon ran.",
        Exists => "the file exists already. Another daemon may use the same data folder.",
        TooManyFiles => "too many open files. Raise the limit of the daemon (LimitNOFILE).",
        _ => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error}). Look at the kernel's log.",
    };
}
