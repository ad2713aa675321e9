using System.Security.Authentication;
using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>Turns what the HTTP stack throws into a status that says what to do.</summary>
internal static class TransportFailure
{
    public static Status ToStatus(Exception exception, string target)
    {
        if (Find<HttpProtocolException>(exception) is { } broken)
        {
            return Broken(broken, target, exception);
        }

        if (Find<AuthenticationException>(exception) is { } refused)
        {
            return new Status(StatusCode.Unavailable, $"The TLS handshake with {target} failed: {Innermost(refused).Message}", exception);
        }

        if (HandshakeBroke(exception))
        {
            // Under TLS 1.3 a client has finished its handshake before the server has looked at the client's certificate.
            return new Status(
                StatusCode.Unavailable,
                $"{target} closed the connection before HTTP/2 began; a server that refuses a client certificate does so. Its log says why.",
                exception);
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

    /// <summary>A reset stream is the server's word on this call; any other breach is the end of the connection.</summary>
    private static Status Broken(HttpProtocolException broken, string target, Exception exception) =>
        broken.Message.Contains("reset the stream", StringComparison.Ordinal)
            ? new Status(Http2ErrorMap.ToStatusCode(broken.ErrorCode), $"{target} reset the call with the HTTP/2 error {broken.ErrorCode:x}.", exception)
            : new Status(StatusCode.Unavailable, $"The connection to {target} broke: {broken.Message}", exception);

    /// <summary>The HTTP stack reports it with several types, as its reads and writes race; only its text is always the same.</summary>
    private static bool HandshakeBroke(Exception exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current.Message.Contains("HTTP/2 handshake", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

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
