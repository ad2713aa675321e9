using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>Reads an HTTP response as the answer to a call.</summary>
internal static class ClientResponse
{
    /// <summary>What is wrong with a response whose body cannot be read as messages, or null.</summary>
    public static Status? Refusal(HttpResponseMessage response)
    {
        if (StatusIn(response.Headers) is { } early)
        {
            return early.StatusCode == StatusCode.OK ? null : early;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(
                HttpStatusMap.ToStatusCode(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode}, and no gRPC status.");
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
        return WireHeaders.IsGrpcContentType(contentType)
            ? null
            : new Status(StatusCode.Unknown, $"The server answered with content of the type '{contentType}'; this is no gRPC server.");
    }

    /// <summary>How the call ended, once the body has been read to its end.</summary>
    public static Status FinalStatus(HttpResponseMessage response) =>
        StatusIn(response.TrailingHeaders) ?? StatusIn(response.Headers)
        ?? new Status(StatusCode.Unknown, "The response ended without a gRPC status; it may have been cut on its way.");

    /// <summary>The trailers; a response that was over before it began has them in its headers.</summary>
    public static Metadata Trailers(HttpResponseMessage response) =>
        ToMetadata(response.Headers.NonValidated.Contains(WireHeaders.Status) ? response.Headers : response.TrailingHeaders);

    public static Metadata Headers(HttpResponseMessage response) => ToMetadata(response.Headers);

    public static string? Encoding(HttpResponseMessage response) => Value(response.Headers, WireHeaders.Encoding);

    private static Status? StatusIn(HttpResponseHeaders headers)
    {
        if (Value(headers, WireHeaders.Status) is not { } text)
        {
            return null;
        }

        var message = Value(headers, WireHeaders.Message);
        var detail = message is null ? "" : MessageText.Decode(message);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new Status(code <= (int)StatusCode.Unauthenticated ? (StatusCode)code : StatusCode.Unknown, detail)
            : new Status(StatusCode.Unknown, $"The server sent the malformed {WireHeaders.Status} '{text}'. {detail}");
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static Metadata ToMetadata(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                MetadataCodec.AddFromWire(metadata, name, value);
            }
        }

        return metadata;
    }
}
