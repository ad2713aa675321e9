namespace Pryvd.Guard.Native;

/// <summary>Numbers of signals, the same on x86-64 and arm64.</summary>
internal static class PosixSignals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Highest = 64;

    private static readonly string[] _names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The number of SIGTERM, TERM or 15; 0 for what is no signal.</summary>
    public static int NumberOf(string signal)
    {
        if (int.TryParse(signal, out var number))
        {
            return number is > 0 and <= Highest ? number : 0;
        }

        var name = signal.StartsWith("SIG", StringComparison.Ordinal) ? signal[3..] : signal;
        return Math.Max(0, Array.IndexOf(_names, name, 1));
    }
}
