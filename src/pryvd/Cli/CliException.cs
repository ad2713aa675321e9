namespace Pryvd.Cli;

/// <summary>A command that cannot go on: what happened and why, and, where there is something, what to do.</summary>
internal sealed class CliException(int exitCode, string message, string? hint = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string? Hint { get; } = hint;

    /// <summary>The command line itself is wrong; nothing was asked of the daemon.</summary>
    public static CliException Usage(string message, string? hint = null) => new(Cli.ExitCode.WrongUsage, message, hint);

    public static CliException Failed(string message, string? hint = null) => new(Cli.ExitCode.Failed, message, hint);
}
