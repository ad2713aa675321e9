using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>A call as an HTTP request.</summary>
internal static class ClientRequest
{
    private const string UserAgent = "pryv-grpc/1.0";

    public static HttpRequestMessage Make(Uri address, HttpContent content, Metadata? metadata, TimeSpan? timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.TryAddWithoutValidation("Content-Type", WireHeaders.ContentType);
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation(WireHeaders.AcceptEncoding, WireHeaders.AcceptedEncodings);
        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation(WireHeaders.Timeout, TimeoutHeader.Encode(timeout.Value));
        }

        if (metadata is not null)
        {
            AddMetadata(request, metadata);
        }

        return request;
    }

    private static void AddMetadata(HttpRequestMessage request, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!WireHeaders.IsReserved(entry.Key))
            {
                request.Headers.TryAddWithoutValidation(entry.Key, MetadataCodec.ToWire(entry));
            }
        }
    }
}
