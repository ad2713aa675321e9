using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>The context of a call that came over HTTP/2.</summary>
internal sealed class HttpCallContext(HttpContext http, IMethod method) : ServerCallContext
{
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;

    public HttpContext Http { get; } = http;

    public CancellationToken Cancellation { get; set; }

    public DateTime CallDeadline { get; set; } = DateTime.MaxValue;

    /// <summary>The trailers so far, or null where none were set.</summary>
    public Metadata? TrailersIfAny => _responseTrailers;

    protected override string MethodCore => method.FullName;

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = Http.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unix:",
                { AddressFamily: AddressFamily.InterNetwork } address => $"ipv4:{address}:{connection.RemotePort}",
                var address => $"ipv6:[{address}]:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => CallDeadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders(Http.Request.Headers);

    protected override CancellationToken CancellationTokenCore => Cancellation;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (Http.Response.HasStarted)
        {
            throw new InvalidOperationException("The response headers have been sent already; send them once, before the first message.");
        }

        ResponseEnd.AppendMetadata(Http.Response.Headers, responseHeaders);
        await Http.Response.BodyWriter.FlushAsync(Cancellation);
    }

    private static Metadata ReadHeaders(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                MetadataCodec.AddFromWire(metadata, name, value);
            }
        }

        return metadata;
    }
}
