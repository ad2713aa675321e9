using Grpc.Core;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

public sealed class CancellationTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.MutualTls)]
    public async Task Cancelling_a_unary_call_cancels_its_handler(Transport transport)
    {
        using var channel = _server.Channel(transport);
        using var cancel = new CancellationTokenSource();
        var call = new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "wait" }, cancellationToken: cancel.Token);
        cancel.CancelAfter(TimeSpan.FromMilliseconds(200));

        var error = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseAsync));

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.Equal("cancelled", await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask()));
    }

    [Fact]
    public async Task Cancelling_a_stream_between_reads_cancels_its_handler_at_once()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var cancel = new CancellationTokenSource();
        using var call = new Shapes.ShapesClient(channel).Spread(new Ping { Text = "wait", Count = 1 }, cancellationToken: cancel.Token);
        Assert.True(await call.ResponseStream.MoveNext());

        await cancel.CancelAsync();

        Assert.Equal("cancelled", await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask()));
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task Disposing_a_stream_cancels_its_handler()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        var call = new Shapes.ShapesClient(channel).Spread(new Ping { Text = "wait", Count = 1 });
        Assert.True(await call.ResponseStream.MoveNext());

        call.Dispose();

        Assert.Equal("cancelled", await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask()));
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task The_token_of_one_read_cancels_the_call()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var cancel = new CancellationTokenSource();
        using var call = new Shapes.ShapesClient(channel).Chat();
        await call.RequestStream.WriteAsync(new Ping { Text = "wait" });
        cancel.CancelAfter(TimeSpan.FromMilliseconds(200));

        var error = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseStream.MoveNext(cancel.Token)));

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.Equal("cancelled", await Within.PatienceAsync(_server.Service.Ends.ReadAsync().AsTask()));
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_at_once()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Spread(new Ping { Text = "wait", Count = 1 });
        Assert.True(await call.ResponseStream.MoveNext());

        var stop = _server.StopAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseStream.MoveNext()));
        await Within.PatienceAsync(stop);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    [Fact]
    public async Task No_cancelled_call_is_logged_as_a_failure()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        for (var i = 0; i < 20; i++)
        {
            var call = new Shapes.ShapesClient(channel).Chat();
            await call.RequestStream.WriteAsync(new Ping());
            Assert.True(await call.ResponseStream.MoveNext());
            call.Dispose();
        }

        await Within.PatienceAsync(_server.StopAsync());
        Assert.DoesNotContain(_server.Logs.Entries, entry => entry.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>Wherever a cancellation strikes, the call ends at once, with OK or CANCELLED, and the channel goes on.</summary>
    [Fact]
    public async Task Cancellations_at_random_moments_leave_nothing_behind()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        var client = new Shapes.ShapesClient(channel);
        var random = new Random(20261121);
        var delays = Enumerable.Range(0, 1500).Select(_ => TimeSpan.FromMicroseconds(random.Next(3000))).ToArray();

        await Within.PatienceAsync(Parallel.ForEachAsync(delays, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (delay, _) =>
        {
            using var cancel = new CancellationTokenSource(delay);
            var options = new CallOptions(cancellationToken: cancel.Token);
            var status = delay.Microseconds % 2 == 0 ? await UnaryAsync(client, options) : await ChatAsync(client, options);
            Assert.True(status is StatusCode.OK or StatusCode.Cancelled, status.ToString());
        }));

        Assert.Equal("a", (await client.UnaryAsync(new Ping { Text = "a" })).Text);
        Assert.DoesNotContain(_server.Logs.Entries, entry => entry.StartsWith("Error", StringComparison.Ordinal));
    }

    private static async Task<StatusCode> UnaryAsync(Shapes.ShapesClient client, CallOptions options)
    {
        using var call = client.UnaryAsync(new Ping(), options);
        return await StatusOfAsync(async () => await call);
    }

    private static async Task<StatusCode> ChatAsync(Shapes.ShapesClient client, CallOptions options)
    {
        using var call = client.Chat(options);
        return await StatusOfAsync(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await call.RequestStream.WriteAsync(new Ping());
                Assert.True(await call.ResponseStream.MoveNext());
            }

            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext());
        });
    }

    private static async Task<StatusCode> StatusOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
