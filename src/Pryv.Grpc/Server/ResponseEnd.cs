using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>Writes the status and the trailers that end a response.</summary>
internal static class ResponseEnd
{
    /// <summary>A response that is over before it began carries its status in the headers, so it costs a single frame.</summary>
    public static void WriteTrailersOnly(HttpResponse response, Status status, Metadata? trailers = null)
    {
        response.ContentType = WireHeaders.ContentType;
        Write(response.Headers, status, trailers);
    }

    public static void WriteTrailers(HttpResponse response, Status status, Metadata? trailers) =>
        Write(response.HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers, status, trailers);

    public static void AppendMetadata(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!WireHeaders.IsReserved(entry.Key))
            {
                // Append would drop an empty value.
                headers[entry.Key] = StringValues.Concat(headers[entry.Key], MetadataCodec.ToWire(entry));
            }
        }
    }

    private static void Write(IHeaderDictionary headers, Status status, Metadata? trailers)
    {
        headers[WireHeaders.Status] = status.StatusCode == StatusCode.OK
            ? "0"
            : ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (status.Detail.Length > 0)
        {
            headers[WireHeaders.Message] = MessageText.Encode(status.Detail);
        }

        if (trailers is not null)
        {
            AppendMetadata(headers, trailers);
        }
    }
}
