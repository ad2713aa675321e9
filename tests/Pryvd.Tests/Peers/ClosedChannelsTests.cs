using Grpc.Core;
using Pryv.Internal.V1;
using Pryvd.Tests.Api;

namespace Pryvd.Tests.Peers;

/// <summary>Invariant 10: nothing is opened on a session that has ended.</summary>
public sealed class ClosedChannelsTests
{
    [Fact]
    public async Task Invariant_10_a_session_that_has_ended_gives_out_no_channels_and_no_links()
    {
        await using var node = await TestNode.InitAsync();
        var session = node.Session;
        await node.Host.ChangeAsync(async () =>
        {
            await node.Host.StopSessionAsync();
            return true;
        });
        var refused = Assert.Throws<RpcException>(() => session.Channels.Client("somebody", "127.0.0.1:1"));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => session.Channels.LinkAsync("somebody", "127.0.0.1:1", CancellationToken.None));
        await Assert.ThrowsAsync<RpcException>(() => session.Forwarding.CallAsync("somebody", "127.0.0.1:1", new ForwardRequest(), CancellationToken.None));
    }
}
