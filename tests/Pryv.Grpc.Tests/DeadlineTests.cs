using Grpc.Core;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

public sealed class DeadlineTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.MutualTls)]
    public async Task A_unary_call_past_its_deadline_fails_on_both_sides(Transport transport)
    {
        using var channel = _server.Channel(transport);
        var call = new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "wait" }, deadline: DateTime.UtcNow.AddMilliseconds(300));

        var error = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseAsync));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask());
    }

    [Fact]
    public async Task A_stream_past_its_deadline_fails_on_both_sides()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Spread(
            new Ping { Text = "wait", Count = 1 }, deadline: DateTime.UtcNow.AddMilliseconds(300));

        Assert.True(await call.ResponseStream.MoveNext());
        var error = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseStream.MoveNext()));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask());
    }

    [Fact]
    public async Task A_deadline_that_has_passed_sends_nothing()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Chat(deadline: DateTime.UtcNow.AddSeconds(-1));

        var write = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.RequestStream.WriteAsync(new Ping())));
        var read = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseStream.MoveNext()));

        Assert.Equal(StatusCode.DeadlineExceeded, write.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, read.StatusCode);
    }

    [Fact]
    public async Task The_server_enforces_a_deadline_that_its_client_only_sent()
    {
        using var http = _server.RawClient();
        using var request = RawCall.Request("Unary", RawCall.Frame(new Ping { Text = "wait" }));
        request.Headers.Add("grpc-timeout", "200m");

        var (status, _) = await RawCall.StatusAsync(http, request);

        Assert.Equal(StatusCode.DeadlineExceeded, status);
        Assert.Equal("deadline", await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("-5S")]
    [InlineData("123456789S")]
    public async Task A_malformed_timeout_is_refused(string timeout)
    {
        using var http = _server.RawClient();
        using var request = RawCall.Request("Unary", RawCall.Frame(new Ping()));
        request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);

        var (status, _) = await RawCall.StatusAsync(http, request);

        Assert.Equal(StatusCode.Internal, status);
    }

    [Fact]
    public async Task A_deadline_beyond_any_timer_is_no_deadline()
    {
        using var channel = _server.Channel(Transport.UnixSocket);

        var pong = await new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "a" }, deadline: DateTime.MaxValue.ToUniversalTime());

        Assert.Equal("a", pong.Text);
    }
}
