using System.Globalization;
using Grpc.Core;

namespace Pryvd.Cli.Calling;

/// <summary>Whether a failed call may be made again. A daemon says so, or forbids it, with gRPC's own pushback trailer.</summary>
internal static class RetryRule
{
    /// <summary>Milliseconds to wait before another try; below zero: do not try again.</summary>
    public const string PushbackTrailer = "grpc-retry-pushback-ms";

    /// <param name="failure">How the call ended.</param>
    /// <param name="wasReached">Whether the daemon has answered this command before: one that never did is not running.</param>
    /// <returns>The least to wait, or null when it is of no use.</returns>
    public static TimeSpan? Wait(RpcException failure, bool wasReached)
    {
        var pushback = PushbackOf(failure);
        return failure.StatusCode switch
        {
            StatusCode.Unavailable when Connection.IsLost(failure) => wasReached ? TimeSpan.Zero : null,
            StatusCode.Unavailable => pushback is null ? TimeSpan.Zero : NotNegative(pushback.Value),
            StatusCode.Aborted when pushback is not null => NotNegative(pushback.Value),
            _ => null,
        };
    }

    private static TimeSpan? NotNegative(int milliseconds) => milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);

    private static int? PushbackOf(RpcException failure)
    {
        var text = failure.Trailers.FirstOrDefault(entry => entry.Key == PushbackTrailer)?.Value;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds : null;
    }
}
