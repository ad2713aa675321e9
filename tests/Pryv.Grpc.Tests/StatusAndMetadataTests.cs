using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

public sealed class StatusAndMetadataTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_refusal_carries_its_text_and_trailers()
    {
        using var channel = _server.Channel(Transport.UnixSocket);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "refuse" }).ResponseAsync);

        AssertRefused(error);
    }

    [Fact]
    public async Task A_refusal_after_messages_comes_in_the_trailers()
    {
        using var channel = _server.Channel(Transport.MutualTls);
        using var call = new Shapes.ShapesClient(channel).Spread(new Ping { Text = "refuse", Count = 2 });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.True(await call.ResponseStream.MoveNext());

        AssertRefused(await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()));
        Assert.Equal("it was asked for", call.GetTrailers().GetValue("reason"));
    }

    [Fact]
    public async Task A_refused_stream_of_requests_says_why()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Collect();
        await call.RequestStream.WriteAsync(new Ping { Text = "refuse" });

        AssertRefused(await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseAsync)));
        await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.RequestStream.WriteAsync(new Ping())));
    }

    [Fact]
    public async Task A_crash_is_logged_and_its_text_stays_inside()
    {
        using var channel = _server.Channel(Transport.UnixSocket);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "crash" }).ResponseAsync);

        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        Assert.DoesNotContain("secret", error.ToString());
        Assert.Contains(_server.Logs.Entries, entry => entry.StartsWith("Error", StringComparison.Ordinal) && entry.Contains("the secret of the server"));
    }

    [Fact]
    public async Task Headers_go_there_and_come_back_as_headers_and_trailers()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        byte[] bytes = [0, 255, 1, 254, 2];
        var headers = new Metadata { { "x-text", "a, b" }, { "x-bytes-bin", bytes }, { "X-Text", "again" }, { "x-empty-bin", [] } };

        using var call = new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "headers" }, headers);
        await call;

        foreach (var echo in new[] { await call.ResponseHeadersAsync, call.GetTrailers() })
        {
            // HTTP may join the fields of one name, and the specification of gRPC gives both forms the same meaning.
            Assert.Equal("a, b, again", string.Join(", ", echo.GetAll("x-text").Select(entry => entry.Value)));
            Assert.Equal(bytes, echo.GetValueBytes("x-bytes-bin"));
            Assert.Empty(echo.GetValueBytes("x-empty-bin")!);
        }
    }

    [Fact]
    public async Task Response_headers_come_before_the_first_message()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Chat(new Metadata { { "x-a", "1" } });
        await call.RequestStream.WriteAsync(new Ping { Text = "headers" });

        var headers = await Within.PatienceAsync(call.ResponseHeadersAsync);

        Assert.Equal("1", headers.GetValue("x-a"));
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        var marshaller = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
        foreach (var service in new[] { "pryv.grpc.test.Shapes", "no.such.Service" })
        {
            var method = new Method<byte[], byte[]>(MethodType.Unary, service, "Nothing", marshaller, marshaller);
            var call = channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(), []);

            var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

            Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
            Assert.Contains($"/{service}/Nothing", error.Status.Detail);
        }
    }

    [Fact]
    public async Task A_socket_of_nobody_is_unavailable_and_named()
    {
        var handler = GrpcTransport.UnixSocket("/nowhere/at-all.sock");
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });

        var error = await Assert.ThrowsAsync<RpcException>(() => new Shapes.ShapesClient(channel).UnaryAsync(new Ping()).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("/nowhere/at-all.sock", error.Status.Detail);
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_is_unavailable_and_said()
    {
        var handler = GrpcTransport.MutualTls(() => TestServer.Authority.Client, (_, _, _, _) => false);
        using var channel = GrpcChannel.ForAddress(_server.TlsAddress, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });

        var error = await Assert.ThrowsAsync<RpcException>(() => new Shapes.ShapesClient(channel).UnaryAsync(new Ping()).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("certificate", error.Status.Detail);
    }

    [Fact]
    public async Task A_client_certificate_that_is_refused_is_unavailable_and_said()
    {
        // The HTTP stack reports it in several ways, as the race between its reads and writes goes; so, more than once.
        var stranger = new TestAuthority();
        for (var i = 0; i < 20; i++)
        {
            var handler = GrpcTransport.MutualTls(() => stranger.Client, TestServer.Authority.Validate);
            using var channel = GrpcChannel.ForAddress(_server.TlsAddress, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });

            var error = await Assert.ThrowsAsync<RpcException>(() => new Shapes.ShapesClient(channel).UnaryAsync(new Ping()).ResponseAsync);

            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
            Assert.True(error.Status.Detail.Contains("certificate"), error.ToString());
        }
    }

    private static void AssertRefused(RpcException error)
    {
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal("No, 100 % no: größer → ünmöglich", error.Status.Detail);
        Assert.Equal("it was asked for", error.Trailers.GetValue("reason"));
        Assert.Equal([0, 1, 254, 255], error.Trailers.GetValueBytes("proof-bin")!);
    }
}
