namespace Pryvd.Cli;

/// <summary>What a script learns from a command (design.md, section 9).</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int NoLeader = 3;
    public const int NotFound = 4;
    public const int Conflict = 5;

    /// <summary>128 + SIGINT, as a shell and kubectl report a command that was interrupted.</summary>
    public const int Interrupted = 130;

    /// <summary>For people, in the help and in the manual.</summary>
    public static readonly IReadOnlyList<(string Code, string Meaning)> Meanings =
    [
        ($"{Done}", "done"),
        ($"{Failed}", "failed, or a value that was refused"),
        ($"{WrongUsage}", "wrong usage or settings, nothing was asked of the daemon"),
        ($"{NoLeader}", "no leader or quorum"),
        ($"{NotFound}", "not found"),
        ($"{Conflict}", "conflict"),
        ($"{Interrupted}", "interrupted"),
    ];
}
