using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

/// <summary>Everything that comes in is bounded (invariant 10).</summary>
public sealed class LimitsTests
{
    private const int MiB = 1024 * 1024;

    private static readonly ByteString _fiveMiB = ByteString.CopyFrom(new byte[5 * MiB]);

    [Fact]
    public async Task A_server_takes_no_message_above_four_MiB_unless_told()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Channel(Transport.UnixSocket);

        Assert.Equal(StatusCode.ResourceExhausted, await StatusOfAsync(channel, new Ping { Blob = _fiveMiB }));
        Assert.Equal(StatusCode.OK, await StatusOfAsync(channel, new Ping()));
    }

    [Fact]
    public async Task A_client_takes_no_message_above_four_MiB_unless_told()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Channel(Transport.UnixSocket);
        using var patient = server.Channel(Transport.UnixSocket, new GrpcChannelOptions { MaxReceiveMessageSize = 6 * MiB });
        var large = new Ping { Text = "large", Count = 5 * MiB };

        Assert.Equal(StatusCode.ResourceExhausted, await StatusOfAsync(channel, large));
        Assert.Equal(StatusCode.OK, await StatusOfAsync(patient, large));
    }

    [Fact]
    public async Task Limits_can_be_raised_on_both_sides()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = 64 * MiB);
        using var channel = server.Channel(Transport.MutualTls, new GrpcChannelOptions { MaxReceiveMessageSize = null });

        var pong = await new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Blob = ByteString.CopyFrom(new byte[40 * MiB]) });

        Assert.Equal(40 * MiB, pong.Blob.Length);
    }

    [Fact]
    public async Task Nobody_sends_above_its_own_limit()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxSendMessageSize = 1000);
        using var channel = server.Channel(Transport.UnixSocket);
        using var strict = server.Channel(Transport.UnixSocket, new GrpcChannelOptions { MaxSendMessageSize = 100 });

        Assert.Equal(StatusCode.ResourceExhausted, await StatusOfAsync(channel, new Ping { Text = "large", Count = 1001 }));
        Assert.Equal(StatusCode.ResourceExhausted, await StatusOfAsync(strict, new Ping { Text = new string('x', 101) }));
        Assert.Equal(StatusCode.OK, await StatusOfAsync(strict, new Ping { Text = "small" }));
    }

    [Fact]
    public async Task A_message_too_large_to_stream_ends_the_call()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Channel(Transport.UnixSocket, new GrpcChannelOptions { MaxSendMessageSize = 100 });
        using var call = new Shapes.ShapesClient(channel).Collect();

        var write = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Ping { Blob = _fiveMiB }));
        var read = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseAsync));

        Assert.Equal(StatusCode.ResourceExhausted, write.StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, read.StatusCode);
    }

    [Fact]
    public async Task A_slow_reader_holds_back_its_server_and_nobody_else()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Channel(Transport.UnixSocket);
        const int count = 2000;
        using var call = new Shapes.ShapesClient(channel).Spread(
            new Ping { Count = count, Blob = ByteString.CopyFrom(new byte[16 * 1024]) });
        Assert.True(await call.ResponseStream.MoveNext());

        var written = await Within.SettlesAsync(() => server.Service.Written);

        Assert.InRange(written, 1, 500);
        Assert.Equal(StatusCode.OK, await StatusOfAsync(channel, new Ping()));
        var read = 1;
        while (await Within.PatienceAsync(call.ResponseStream.MoveNext()))
        {
            read++;
        }

        Assert.Equal(count, read);
    }

    [Fact]
    public async Task A_long_stream_is_not_bounded_by_the_limit_of_a_body()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Collect();
        var ping = new Ping { Blob = ByteString.CopyFrom(new byte[MiB]) };
        for (var i = 0; i < 40; i++)
        {
            await call.RequestStream.WriteAsync(ping);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(40, (await Within.PatienceAsync(call.ResponseAsync)).Index);
    }

    private static async Task<StatusCode> StatusOfAsync(GrpcChannel channel, Ping ping)
    {
        try
        {
            await Within.PatienceAsync(new Shapes.ShapesClient(channel).UnaryAsync(ping).ResponseAsync);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
