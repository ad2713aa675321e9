using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>What the headers of a request ask of the server.</summary>
internal readonly record struct RequestHeaders(TimeSpan? Timeout, DateTime Deadline, string? Encoding)
{
    /// <summary>Null when the headers can be served, otherwise the status to answer with.</summary>
    public static Status? Read(HttpContext http, out RequestHeaders headers)
    {
        headers = default;
        var request = http.Request.Headers;
        string? encoding = request[WireHeaders.Encoding];
        if (encoding is not (null or WireHeaders.IdentityEncoding or WireHeaders.GzipEncoding))
        {
            http.Response.Headers[WireHeaders.AcceptEncoding] = WireHeaders.AcceptedEncodings;
            return new Status(
                StatusCode.Unimplemented, $"The encoding '{encoding}' is not known here; use one of {WireHeaders.AcceptedEncodings}.");
        }

        string? timeoutText = request[WireHeaders.Timeout];
        if (timeoutText is null)
        {
            headers = new RequestHeaders(null, DateTime.MaxValue, encoding);
            return null;
        }

        if (!TimeoutHeader.TryDecode(timeoutText, out var timeout))
        {
            return new Status(
                StatusCode.Internal, $"The {WireHeaders.Timeout} '{timeoutText}' is malformed; it is up to eight digits and one of H, M, S, m, u, n.");
        }

        headers = new RequestHeaders(timeout, DeadlineAfter(timeout), encoding);
        return null;
    }

    private static DateTime DeadlineAfter(TimeSpan timeout)
    {
        var now = DateTime.UtcNow;
        return timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
    }
}
