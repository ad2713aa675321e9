using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

/// <summary>What the client makes of responses that no gRPC server should send.</summary>
public sealed class HostileServerTests
{
    private static readonly byte[] _pong = RawCall.Frame(new Pong { Text = "a" });

    public static TheoryData<int, StatusCode> HttpStatuses => new()
    {
        { 400, StatusCode.Internal },
        { 401, StatusCode.Unauthenticated },
        { 403, StatusCode.PermissionDenied },
        { 404, StatusCode.Unimplemented },
        { 429, StatusCode.Unavailable },
        { 502, StatusCode.Unavailable },
        { 503, StatusCode.Unavailable },
        { 504, StatusCode.Unavailable },
        { 500, StatusCode.Unknown },
        { 302, StatusCode.Unknown },
    };

    public static TheoryData<string, byte[], string?, StatusCode> Bodies => new()
    {
        { "nothing", [], "0", StatusCode.Internal },
        { "two messages", [.. _pong, .. _pong], "0", StatusCode.Internal },
        { "no status", _pong, null, StatusCode.Unknown },
        { "a malformed status", _pong, "ok", StatusCode.Unknown },
        { "a status from the future", _pong, "99", StatusCode.Unknown },
        { "a refusal after its message", _pong, "5", StatusCode.NotFound },
        { "a truncated message", _pong[..^1], "0", StatusCode.Internal },
        { "garbage", RawCall.Frame(0, [255, 255]), "0", StatusCode.Internal },
        { "an unknown flag", RawCall.Frame(7, []), "0", StatusCode.Internal },
        { "a huge length", RawCall.Frame(0, [], uint.MaxValue), "0", StatusCode.ResourceExhausted },
        { "a bomb", RawCall.Frame(1, RawCall.Gzip(new byte[32 * 1024 * 1024])), "0", StatusCode.ResourceExhausted },
        { "a packed message", RawCall.Frame(1, RawCall.Gzip(new Pong { Text = "a" }.ToByteArray())), "0", StatusCode.OK },
    };

    [Theory]
    [MemberData(nameof(HttpStatuses))]
    public async Task An_http_status_becomes_a_status_of_grpc(int http, StatusCode expected) =>
        Assert.Equal(expected, await StatusOfAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        }));

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_response_is_taken_or_refused(string what, byte[] body, string? status, StatusCode expected)
    {
        var actual = await StatusOfAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-encoding"] = "gzip";
            await context.Response.Body.WriteAsync(body);
            if (status is not null)
            {
                context.Response.AppendTrailer("grpc-status", status);
            }
        });

        Assert.True(expected == actual, $"{what}: {actual}");
    }

    [Fact]
    public async Task A_web_page_is_no_response() => Assert.Equal(StatusCode.Unknown, await StatusOfAsync(async context =>
    {
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("<html>");
    }));

    [Fact]
    public async Task A_reset_stream_is_an_error() => Assert.Equal(StatusCode.Internal, await StatusOfAsync(async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(_pong);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }));

    private static async Task<StatusCode> StatusOfAsync(RequestDelegate answer)
    {
        // It listens on the path that the generated client calls, on an application without the test service.
        await using var server = await TestServer.StartAsync(map: app => app.Map("/pryv.grpc.test.Shapes/Unary", answer), withService: false);
        using var channel = server.Channel(Transport.UnixSocket);
        try
        {
            await Within.PatienceAsync(new Shapes.ShapesClient(channel).UnaryAsync(new Ping()).ResponseAsync);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
