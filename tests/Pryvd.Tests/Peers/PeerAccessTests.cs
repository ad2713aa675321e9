using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.Internal.V1;
using Pryvd.Hosting;
using Pryvd.Peers;
using Pryvd.Raft;
using Pryvd.Tests.Api;
using Pryvd.Tests.Observers;

namespace Pryvd.Tests.Peers;

/// <summary>G6: a verdict on a certificate holds for the membership that it was made in.</summary>
public sealed class PeerAccessTests
{
    [Fact]
    public async Task G6_a_connection_that_was_refused_by_another_cluster_is_judged_anew_when_the_node_has_changed_clusters()
    {
        await using var ours = new Machine("ours", "dc1");
        await using var moves = new Machine("moves", "dc1");
        await Task.WhenAll(ours.StartAsync(), moves.StartAsync());
        await ours.Host.ChangeAsync(() => InitFlow.RunAsync(ours.Host, "ours", "", []));
        await moves.Host.ChangeAsync(() => InitFlow.RunAsync(moves.Host, "theirs", "", []));
        await Within.UntilAsync(() => ours.Session.Leads && ours.Session.Store.Read().State.Cluster is not null && moves.Session.Leads);

        using var channel = Channel(ours, moves);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => HelloAsync(channel))).StatusCode);

        await moves.Host.ChangeAsync(() => LeaveFlow.WipeAsync(moves.Host, purge: true));
        var peers = new[] { HostAndPort.Parse(ours.Host.Address, 0)! };
        var token = await ours.TokenAsync("auto");
        await moves.Host.ChangeAsync(async () =>
        {
            await JoinFlow.RunAsync(moves.Host, peers, token, "", [], CancellationToken.None);
            return true;
        });
        Assert.Equal(ours.Session.ClusterId, (await HelloAsync(channel)).ClusterId);
    }

    /// <summary>One connection throughout: it is the server's memory of it that is looked at.</summary>
    private static GrpcChannel Channel(Machine from, Machine to) => GrpcChannel.ForAddress($"https://{to.Host.Address}", new GrpcChannelOptions
    {
        HttpHandler = GrpcTransport.MutualTls(() => from.Session.Identity.Certificate, (_, _, _, _) => true, new GrpcKeepAlive(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30))),
        DisposeHttpClient = true,
    });

    private static async Task<HelloReply> HelloAsync(GrpcChannel channel) =>
        await new Peer.PeerClient(channel).HelloAsync(new HelloRequest { ProtocolVersion = PeerProtocol.Version }, deadline: DateTime.UtcNow + Within.Patience);
}
