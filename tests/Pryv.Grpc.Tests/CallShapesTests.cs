using Google.Protobuf;
using Grpc.Core;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

/// <summary>Every shape of a call over each of the daemon's transports (G6: peers speak mutual TLS).</summary>
public sealed class CallShapesTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public static TheoryData<Transport> Transports => [Transport.UnixSocket, Transport.MutualTls];

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_unary_call_returns_its_response(Transport transport)
    {
        using var channel = _server.Channel(transport);
        var client = new Shapes.ShapesClient(channel);

        var pong = await client.UnaryAsync(new Ping { Text = "hello", Count = 7 });

        Assert.Equal(new Pong { Text = "hello", Index = 7 }, pong);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_blocking_unary_call_returns_its_response(Transport transport)
    {
        using var channel = _server.Channel(transport);

        Assert.Equal("hello", new Shapes.ShapesClient(channel).Unary(new Ping { Text = "hello" }).Text);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_large_message_goes_both_ways(Transport transport)
    {
        using var channel = _server.Channel(transport);
        var blob = new byte[4_000_000];
        new Random(1).NextBytes(blob);

        var pong = await new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Blob = ByteString.CopyFrom(blob) });

        Assert.True(pong.Blob.Span.SequenceEqual(blob));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task An_empty_message_goes_both_ways(Transport transport)
    {
        using var channel = _server.Channel(transport);

        Assert.Equal(new Pong(), await new Shapes.ShapesClient(channel).UnaryAsync(new Ping()));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_client_streams_its_requests(Transport transport)
    {
        using var channel = _server.Channel(transport);
        using var call = new Shapes.ShapesClient(channel).Collect();
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Ping { Text = "x" });
        }

        await call.RequestStream.CompleteAsync();
        var pong = await call;

        Assert.Equal(new Pong { Text = new string('x', 100), Index = 100 }, pong);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_server_may_answer_before_the_requests_end(Transport transport)
    {
        using var channel = _server.Channel(transport);

        // The answer may overtake the end of the write that asked for it; the write must not fail then. So, more than once.
        for (var i = 0; i < 200; i++)
        {
            using var call = new Shapes.ShapesClient(channel).Collect();
            await call.RequestStream.WriteAsync(new Ping { Text = "enough" });

            var pong = await Within.PatienceAsync(call.ResponseAsync);

            Assert.Equal(1, pong.Index);
            await Assert.ThrowsAsync<InvalidOperationException>(() => Within.PatienceAsync(call.RequestStream.WriteAsync(new Ping())));
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_server_streams_its_responses(Transport transport)
    {
        using var channel = _server.Channel(transport);
        using var call = new Shapes.ShapesClient(channel).Spread(new Ping { Text = "y", Count = 500 });

        var indexes = new List<int>();
        await foreach (var pong in call.ResponseStream.ReadAllAsync())
        {
            indexes.Add(pong.Index);
        }

        Assert.Equal(Enumerable.Range(0, 500), indexes);
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Both_sides_stream_in_turn(Transport transport)
    {
        using var channel = _server.Channel(transport);
        using var call = new Shapes.ShapesClient(channel).Chat();
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Ping { Text = $"m{i}" });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(new Pong { Text = $"m{i}", Index = i }, call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Many_calls_share_one_channel(Transport transport)
    {
        using var channel = _server.Channel(transport);
        var client = new Shapes.ShapesClient(channel);

        var pongs = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => client.UnaryAsync(new Ping { Count = i }).ResponseAsync));

        Assert.Equal(Enumerable.Range(0, 2000), pongs.Select(pong => pong.Index));
    }
}
