using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Pryv.Grpc.Server;

/// <summary>What a caller is told of an exception: a status that was meant for it, or none of the text.</summary>
internal static partial class FailedCall
{
    public static Status StatusOf(Exception exception, HttpCallContext context, ILogger logger)
    {
        if (exception is RpcException rpc)
        {
            foreach (var entry in rpc.Trailers)
            {
                context.ResponseTrailers.Add(entry);
            }

            LogRefused(logger, context.Method, rpc.StatusCode, rpc.Status.Detail);
            return rpc.Status;
        }

        LogFailed(logger, exception, context.Method);
        return new Status(StatusCode.Unknown, $"The handler of {context.Method} failed; the server's log says why.");
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} ended with {StatusCode}: {Detail}")]
    private static partial void LogRefused(ILogger logger, string method, StatusCode statusCode, string detail);

    [LoggerMessage(2, LogLevel.Error, "The handler of {Method} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method);
}
