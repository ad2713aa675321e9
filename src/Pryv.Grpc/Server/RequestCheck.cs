using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>Refuses, as HTTP does, what is not a gRPC request at all.</summary>
internal static class RequestCheck
{
    public static bool IsAccepted(HttpContext http)
    {
        var refusal = Refusal(http.Request);
        if (refusal is null)
        {
            return true;
        }

        http.Response.StatusCode = refusal.Value;
        if (refusal == StatusCodes.Status405MethodNotAllowed)
        {
            http.Response.Headers.Allow = HttpMethods.Post;
        }

        return false;
    }

    private static int? Refusal(HttpRequest request)
    {
        if (!HttpProtocol.IsHttp2(request.Protocol))
        {
            return StatusCodes.Status426UpgradeRequired;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return StatusCodes.Status405MethodNotAllowed;
        }

        return WireHeaders.IsGrpcContentType(request.ContentType) ? null : StatusCodes.Status415UnsupportedMediaType;
    }
}
