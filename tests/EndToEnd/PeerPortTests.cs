using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EndToEnd.Harness;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Internal.V1;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Xunit.Abstractions;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd;

/// <summary>G6: who is no member gets nothing at the peer port, and disturbs nothing.</summary>
public sealed class PeerPortTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "G6")]
    public async Task G6_a_certificate_of_another_authority_in_a_members_name_delivers_nothing()
    {
        await Nodes.FormOneAsync();
        var node = Nodes[0];
        var status = await node.StatusAsync();
        var before = await node.DigestAsync();
        using var certificate = ForgedFor(new CertifiedName(status.ClusterId, status.NodeId));
        foreach (var shown in new[] { certificate, null })
        {
            using var channel = ChannelTo(node, shown);
            var peer = new Peer.PeerClient(channel);
            await RefusedAsync(async () => await peer.HelloAsync(new HelloRequest { ProtocolVersion = 1 }, deadline: Soon()));
            await RefusedAsync(async () => await peer.RejoinAsync(new RejoinRequest { NodeId = status.NodeId }, deadline: Soon()));
            await RefusedAsync(async () => await ForwardAsync(peer));
            await RefusedAsync(async () => await peer.TakeCustodyAsync(new TakeCustodyRequest(), deadline: Soon()));
            await RefusedAsync(async () => await LinkAsync(node, shown, status.ClusterId));
        }

        Assert.Equal(before, await node.DigestAsync());
        Assert.Equal(status.Term, (await node.StatusAsync()).Term);
    }

    [Fact]
    [Trait("requirement", "G6")]
    public async Task G6_noise_half_open_connections_and_other_protocols_at_the_peer_port_disturb_nothing()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var term = (await leader.StatusAsync()).Term;
        var before = await Nodes.SameDigestAsync();
        var open = new List<TcpClient>();
        foreach (var node in Nodes.Nodes)
        {
            for (var i = 0; i < 20; i++)
            {
                var client = new TcpClient();
                open.Add(client);
                await client.ConnectAsync(node.Listen);
                await client.GetStream().WriteAsync((i % 3) switch
                {
                    0 => RandomNumberGenerator.GetBytes(4096),
                    1 => "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
                    _ => [0x16, 0x03, 0x01],
                });
            }
        }

        (await Nodes.Others(leader)[0].Cli("var", "set", "still=works")).Ok();
        Assert.True((await Nodes.SameDigestAsync()).Index > before.Index);
        Assert.Equal(leader, await Nodes.LeaderAsync());
        Assert.Equal(term, (await leader.StatusAsync()).Term);
        open.ForEach(client => client.Dispose());
    }

    private static X509Certificate2 ForgedFor(CertifiedName name)
    {
        using var authority = ClusterAuthority.Create("test", name.ClusterId, DateTimeOffset.UtcNow);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = authority.Issue(NodeRequest.Create(key), name, TimeSpan.FromDays(1), DateTimeOffset.UtcNow);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der);
        return certificate.CopyWithPrivateKey(key);
    }

    private static GrpcChannel ChannelTo(Node node, X509Certificate2? certificate) =>
        GrpcChannel.ForAddress($"https://{node.Listen}", new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    ClientCertificates = certificate is null ? null : [certificate],
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                },
            },
        });

    private static async Task ForwardAsync(Peer.PeerClient peer)
    {
        using var call = peer.Forward(deadline: Soon());
        var leave = new ForwardCall { Id = 1, Request = new ForwardRequest { Method = "/pryv.v1.Cluster/Leave" } };
        var written = call.RequestStream.WriteAsync(new ForwardCalls { Calls = { leave } });
        await call.ResponseStream.MoveNext(CancellationToken.None);
        await written;
    }

    /// <summary>Opens a link for consensus messages, and is told what the node answers.</summary>
    private static async Task LinkAsync(Node node, X509Certificate2? certificate, string cluster)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(node.Listen);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [PeerProtocol.Link],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
        });
        var opening = new LinkOpening { ProtocolVersion = 1, ClusterId = cluster, Epoch = 9 }.ToByteArray();
        await stream.WriteAsync((byte[])[.. BitConverter.GetBytes(opening.Length), .. opening]);
        var length = new byte[4];
        await stream.ReadExactlyAsync(length).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        var answer = new byte[BitConverter.ToInt32(length)];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        var said = LinkAnswer.Parser.ParseFrom(answer);
        throw new RpcException(new Status((StatusCode)said.Status, said.Message));
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(refused.StatusCode is StatusCode.PermissionDenied, refused.Message);
    }

    private static DateTime Soon() => DateTime.UtcNow + TimeSpan.FromSeconds(10);
}
