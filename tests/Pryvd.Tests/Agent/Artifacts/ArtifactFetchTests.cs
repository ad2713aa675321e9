using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Agent.Artifacts;
using Pryvd.Agent.Core;
using Pryvd.Model.Components;
using Pryvd.Tests.Agent.Core;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Agent.Artifacts;

/// <summary>An artifact is given once and taken from peers, whatever becomes of some of them (R1, R2); over real HTTP/2.</summary>
public sealed class ArtifactFetchTests : IDisposable
{
    private static readonly byte[] Content = Archives.TarGz(Archives.File("bin/tool", "#!/bin/sh\nexit 0\n", 0b111_101_101), Archives.File("random", Convert.ToBase64String(RandomNumberGenerator.GetBytes(2 << 20))));

    private static readonly ArtifactRef Reference = new(Convert.ToHexStringLower(SHA256.HashData(Content)), Content.Length, ArtifactFormat.TarGz, "core.tar.gz");

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _asked = [];

    [Fact]
    public async Task What_was_given_to_one_node_is_fetched_by_another()
    {
        await using var giver = await PeerNode.StartAsync(_folder.In("giver"));
        await giver.PutAsync(Content);
        var store = Store();
        using var fetcher = Fetcher(store, giver);

        var path = await fetcher.FetchAsync(Reference, () => _asked.Add("begun"), CancellationToken.None);

        Assert.Equal(Content, await File.ReadAllBytesAsync(path));
        await fetcher.FetchAsync(Reference, () => _asked.Add("begun"), CancellationToken.None);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_peer_that_dies_in_the_middle_is_followed_by_the_next_from_where_it_broke_off()
    {
        await using var dying = await PeerNode.StartAsync(_folder.In("dying"), dieAfter: Content.Length / 2);
        await using var lying = await PeerNode.StartAsync(_folder.In("lying"), lies: true);
        await using var empty = await PeerNode.StartAsync(_folder.In("empty"));
        await using var good = await PeerNode.StartAsync(_folder.In("good"));
        await dying.PutAsync(Content);
        await good.PutAsync(Content);
        using var fetcher = Fetcher(Store(), empty, dying, good);

        var path = await fetcher.FetchAsync(Reference, () => { }, CancellationToken.None);

        Assert.Equal(Content, await File.ReadAllBytesAsync(path));
        Assert.InRange(good.Offsets.Single(), 1, Content.Length);

        // One that sends something else is found out, and the next is asked for the whole.
        using var another = new ArtifactFetcher(new ArtifactStore(_folder.In("another"), 1 << 30, _ => true), _ => [lying.Peer, good.Peer]);
        Assert.Equal(Content, await File.ReadAllBytesAsync(await another.FetchAsync(Reference, () => { }, CancellationToken.None)));
        Assert.Equal(0, good.Offsets.Last());
    }

    [Fact]
    public async Task When_nobody_has_it_that_is_said()
    {
        await using var empty = await PeerNode.StartAsync(_folder.In("empty"));
        using var fetcher = Fetcher(Store(), empty);

        var none = await Assert.ThrowsAsync<ArtifactException>(() => fetcher.FetchAsync(Reference, () => { }, CancellationToken.None));

        Assert.Contains("none of 1 peers has it", none.Message, StringComparison.Ordinal);
        Assert.False(none.IsFinal);
    }

    [Fact]
    public async Task A_gift_with_a_wrong_checksum_or_name_or_with_too_much_is_refused()
    {
        await using var node = await PeerNode.StartAsync(_folder.In("node"));

        Assert.Contains("checksum", (await Assert.ThrowsAsync<RpcException>(() => node.PutAsync(Content, [1, 2, 3]))).Status.Detail, StringComparison.Ordinal);
        Assert.Contains("announced", (await Assert.ThrowsAsync<RpcException>(() => node.PutAsync([1, 2, 3], [1, 2, 3, 4]))).Status.Detail, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RpcException>(() => node.Artifacts.FindArtifactAsync(new FindArtifactRequest { Sha256 = "../../../etc/passwd" }).ResponseAsync);
        Assert.False((await node.Artifacts.FindArtifactAsync(new FindArtifactRequest { Sha256 = Reference.Sha256 })).Found);
    }

    [Fact]
    public async Task A_version_is_made_ready_once_and_a_prepare_step_that_fails_or_hangs_is_said()
    {
        var store = Store();
        using (var intake = store.Begin(Reference.Sha256, Reference.Size))
        {
            intake.Write(Content);
            await intake.FinishAsync(CancellationToken.None);
        }

        using var fetcher = new ArtifactFetcher(store, _ => []);
        var self = new AgentSelf(World.Self, "run", "n1", "dc1", "127.0.0.1", "/s", new AgentPaths(_folder.Path));
        var maker = new VersionMaker(self, fetcher, UnpackLimits.Default);
        var spec = Make.Spec("core") with { Artifact = Reference, Prepare = [new PrepareStep(["sh", "-c", "echo once >> made; test -x bin/tool; echo $PRYVD_NODE"], 5_000)] };
        var key = VersionKey.Of(Make.Assignment(Make.Core0, 1, spec));

        await maker.MakeAsync(key, spec, _ => { }, CancellationToken.None);
        await maker.MakeAsync(key, spec, _ => { }, CancellationToken.None);

        Assert.Equal("once\n", await File.ReadAllTextAsync(Path.Combine(self.Paths.Version(key), "made")));
        Assert.Equal("n1\n", await File.ReadAllTextAsync(Path.Combine(self.Paths.Logs, "core/prepare-1-1.log")));

        foreach (var (script, why) in new[] { ("exit 3", "exit code 3"), ("sleep 100", "did not end within 300 ms") })
        {
            var bad = spec with { Prepare = [new PrepareStep(["sh", "-c", script], 300)] };
            var failed = await Assert.ThrowsAsync<ArtifactException>(() => maker.MakeAsync(VersionKey.Of(Make.Assignment(Make.Core0, 1, bad, 2)), bad, _ => { }, CancellationToken.None));
            Assert.Contains(why, failed.Message, StringComparison.Ordinal);
        }

        maker.Keep(new AgentEffect.KeepVersions([], [("core", 2)]));
        Assert.False(Directory.Exists(self.Paths.Version(key)));
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(self.Paths.Versions, "core")).Length);
    }

    public void Dispose() => _folder.Dispose();

    private static ArtifactFetcher Fetcher(ArtifactStore store, params PeerNode[] peers) => new(store, _ => [.. peers.Select(p => p.Peer)]);

    private ArtifactStore Store() => new(_folder.In("artifacts"), 1 << 30, _ => true);

    /// <summary>A store behind the two real services, over HTTP/2 without TLS.</summary>
    private sealed class PeerNode : Peer.PeerBase, IAsyncDisposable
    {
        private readonly ArtifactSending _sending;
        private readonly int? _dieAfter;
        private readonly bool _lies;
        private WebApplication? _app;
        private GrpcChannel? _channel;

        private PeerNode(string folder, int? dieAfter, bool lies)
        {
            (Store, _dieAfter, _lies) = (new ArtifactStore(folder, 1 << 30, _ => true), dieAfter, lies);
            _sending = new ArtifactSending(Store);
        }

        public ArtifactStore Store { get; }

        public List<long> Offsets { get; } = [];

        public ArtifactPeer Peer => new("peer", () => new Peer.PeerClient(_channel!));

        public Pryv.V1.Artifacts.ArtifactsClient Artifacts => new(_channel!);

        public static async Task<PeerNode> StartAsync(string folder, int? dieAfter = null, bool lies = false)
        {
            var node = new PeerNode(folder, dieAfter, lies);
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ForGrpc().Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.UseGrpc()));
            builder.Services.AddSingleton(node).AddSingleton(new ArtifactService(() => node.Store)).AddGrpc(_ => { });
            node._app = builder.Build();
            node._app.MapGrpcService<PeerNode>();
            node._app.MapGrpcService<ArtifactService>();
            await node._app.StartAsync();
            node._channel = GrpcChannel.ForAddress(node._app.Urls.Single());
            return node;
        }

        public override async Task FetchArtifact(FetchArtifactRequest request, IServerStreamWriter<ArtifactPiece> responseStream, ServerCallContext context)
        {
            Offsets.Add(request.Offset);
            if (_lies)
            {
                await responseStream.WriteAsync(
                    new ArtifactPiece { Size = Content.Length, Data = ByteString.CopyFrom(new byte[Content.Length - (int)request.Offset]) }, context.CancellationToken);
                return;
            }

            await _sending.SendAsync(request, _dieAfter is { } bytes ? new DyingWriter(responseStream, bytes, context) : responseStream, context);
        }

        public Task PutAsync(byte[] content) => PutAsync(content, content);

        public async Task PutAsync(byte[] named, byte[] content)
        {
            using var call = Artifacts.PutArtifact();
            var first = new PutArtifactRequest { Sha256 = Convert.ToHexStringLower(SHA256.HashData(named)), Size = named.Length };
            await call.RequestStream.WriteAsync(first, CancellationToken.None);
            foreach (var piece in content.Chunk(100_000))
            {
                await call.RequestStream.WriteAsync(new PutArtifactRequest { Data = ByteString.CopyFrom(piece) }, CancellationToken.None);
            }

            await call.RequestStream.CompleteAsync();
            await call.ResponseAsync;
        }

        public async ValueTask DisposeAsync()
        {
            _channel?.Dispose();
            await _app!.DisposeAsync();
        }
    }

    /// <summary>The process is gone after so many bytes.</summary>
    private sealed class DyingWriter(IServerStreamWriter<ArtifactPiece> inner, int bytes, ServerCallContext context) : IServerStreamWriter<ArtifactPiece>
    {
        private int _sent;

        public WriteOptions? WriteOptions { get; set; }

        public async Task WriteAsync(ArtifactPiece message, CancellationToken cancellationToken)
        {
            await inner.WriteAsync(message, cancellationToken);
            if ((_sent += message.Data.Length) > bytes)
            {
                context.GetHttpContext().Abort();
                throw new IOException("dead");
            }
        }
    }
}
