using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

public sealed class KeepAliveTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_peer_that_falls_silent_is_noticed_by_both_sides()
    {
        var limits = GrpcServerLimits.Default with { KeepAlivePingDelay = _second, KeepAlivePingTimeout = _second };
        await using var server = await TestServer.StartAsync(limits: limits);
        using var relay = new Relay(server.SocketPath);
        var handler = GrpcTransport.Tcp(new GrpcKeepAlive(_second, _second));
        using var channel = GrpcChannel.ForAddress(relay.Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        using var call = new Shapes.ShapesClient(channel).Spread(new Ping { Text = "wait", Count = 1 });
        Assert.True(await Within.PatienceAsync(call.ResponseStream.MoveNext()));

        relay.FallSilent();

        var error = await Assert.ThrowsAsync<RpcException>(() => Within.PatienceAsync(call.ResponseStream.MoveNext()));
        Assert.True(error.StatusCode == StatusCode.Unavailable, error.ToString());
        Assert.Equal("cancelled", await Within.PatienceAsync(server.Service.Ends.ReadAsync().AsTask()));
    }
}
