using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>Answers calls that no service has a method for; all else that lands here is simply not found.</summary>
internal static class UnknownMethod
{
    public static Task AnswerAsync(HttpContext http)
    {
        if (!WireHeaders.IsGrpcContentType(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (RequestCheck.IsAccepted(http))
        {
            ResponseEnd.WriteTrailersOnly(http.Response, new Status(StatusCode.Unimplemented, $"This server has no method {http.Request.Path}."));
        }

        return Task.CompletedTask;
    }
}
