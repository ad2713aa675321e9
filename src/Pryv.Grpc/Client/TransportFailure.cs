using System.Security.Authentication;
using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>Turns what the HTTP stack throws into a status that says what to do.</summary>
internal static class TransportFailure
{
    public static Status ToStatus(Exception exception, string target)
    {
        if (Find<HttpProtocolException>(exception) is { } reset)
        {
            return new Status(
                Http2ErrorMap.ToStatusCode(reset.ErrorCode), $"{target} reset the call with the HTTP/2 error {reset.ErrorCode:x}.", exception);
        }

        if (Find<AuthenticationException>(exception) is { } refused)
        {
            return new Status(StatusCode.Unavailable, $"The TLS handshake with {target} failed: {Innermost(refused).Message}", exception);
        }

        return exception switch
        {
            HttpRequestException or IOException => Unreachable(exception, target),
            OperationCanceledException { InnerException: TimeoutException } => Unreachable(exception, target),
            ObjectDisposedException => new Status(StatusCode.Unavailable, $"The channel to {target} has been disposed.", exception),
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
            _ => new Status(StatusCode.Internal, $"The call to {target} failed: {exception.Message}", exception),
        };
    }

    private static Status Unreachable(Exception exception, string target) =>
        new(StatusCode.Unavailable, $"{target} cannot be reached: {Innermost(exception).Message}", exception);

    private static Exception Innermost(Exception exception) => exception.GetBaseException();

    private static T? Find<T>(Exception exception) where T : Exception
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }
}
