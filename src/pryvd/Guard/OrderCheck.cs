using Pryv.Internal.V1;

namespace Pryvd.Guard;

/// <summary>What an order must be before anything is done for it.</summary>
internal static class OrderCheck
{
    private const int MostFiles = 100;
    private const long LeastFileBytes = 4 << 10;

    /// <summary>What is wrong with it; null for nothing.</summary>
    public static string? Fault(GuardOrder order) =>
        !new RunKey(order.Component, order.Ordinal, order.Run).IsSound ? $"'{order.Component}/{order.Ordinal}' run {order.Run} cannot be the name of a run."
        : order.Command.Count == 0 ? "The command is empty."
        : Strings(order).Any(text => text.Contains('\0')) ? "The command, the environment or a path holds a zero byte."
        : order.Environment.FirstOrDefault(line => line.IndexOf('=') <= 0) is { } line ? $"'{line}' is no variable: it must be NAME=VALUE."
        : !Path.IsPathFullyQualified(order.Command[0]) ? $"The program '{order.Command[0]}' is not an absolute path."
        : !Path.IsPathFullyQualified(order.WorkingDirectory) ? $"The working directory '{order.WorkingDirectory}' is not an absolute path."
        : !Path.IsPathFullyQualified(order.LogFolder) ? $"The log folder '{order.LogFolder}' is not an absolute path."
        : order.LogFiles is < 1 or > MostFiles || order.LogFileBytes < LeastFileBytes ? $"Logs of {order.LogFiles} files of {order.LogFileBytes} bytes are not possible: 1 to {MostFiles} files from {LeastFileBytes} bytes on."
        : null;

    private static IEnumerable<string> Strings(GuardOrder order) =>
        [.. order.Command, .. order.Environment, order.WorkingDirectory, order.LogFolder, order.User];
}
