using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>G6: the peer port under what strangers can throw at it: thousands of connections that say nothing, nonsense or never finish.</summary>
[Trait("Category", "Faults")]
public sealed class PeerPortFloodTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int Wanted = 10_000;
    private const int SpareDescriptors = 1_500;
    private const long MaxGrowthMegabytes = 400;
    private const int GiantFrameBytes = 0xFFFFFF;

    /// <summary>The first bytes of a TLS handshake that announces more than ever comes.</summary>
    private static readonly byte[] SlowHandshake = [0x16, 0x03, 0x01, 0x40, 0x00, 0x01];

    [Fact]
    public async Task G6_ten_thousand_connections_of_every_bad_kind_leave_memory_bounded_and_the_cluster_as_it_was()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var term = (await leader.StatusAsync()).Term;
        await using var writers = new Writers(4, [.. Nodes.Others(leader)]);
        await writers.MoreAsync(200);
        var before = MegabytesOf(leader);

        var count = Math.Min(Wanted, OpenFileLimit() - SpareDescriptors);
        var open = new List<TcpClient>(count);
        var peak = before;
        for (var i = 0; i < count; i++)
        {
            open.Add(await OpenAsync(leader, i));
            peak = i % 500 == 0 ? Math.Max(peak, MegabytesOf(leader)) : peak;
        }

        await writers.MoreAsync(200);
        peak = Math.Max(peak, MegabytesOf(leader));
        Output.WriteLine($"{count} connections; leader's memory {before} MB before, {peak} MB at most");
        Assert.True(peak - before < MaxGrowthMegabytes, $"memory grew from {before} to {peak} MB");
        Assert.Equal((term, leader.Name), ((await leader.StatusAsync()).Term, (await leader.StatusAsync()).Leader));
        open.ForEach(client => client.Dispose());

        await GiantFramesAsync(leader);
        await writers.MoreAsync(200);
        await writers.StopAsync();
        await Nodes.SameDigestAsync();
        Assert.Equal(term, (await leader.StatusAsync()).Term);
    }

    /// <summary>A member that starts while the port is full gets in as soon as the handshakes that never end are given up.</summary>
    [Fact]
    public async Task G6_a_member_comes_back_to_a_leader_whose_port_is_full()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var follower = Nodes.Others(leader)[0];
        follower.Kill();
        var count = Math.Min(Wanted, OpenFileLimit() - SpareDescriptors);
        var open = new List<TcpClient>(count);
        for (var i = 0; i < count; i++)
        {
            open.Add(await OpenAsync(leader, 0));
        }

        (await Nodes.Others(leader)[0].Cli("var", "set", "while=full")).Ok();
        await follower.StartAsync();
        Measured("full port to all ready again", await Nodes.VotersAsync(3));
        await Nodes.SameDigestAsync();
        open.ForEach(client => client.Dispose());
    }

    private static async Task<TcpClient> OpenAsync(Node node, int kind)
    {
        var client = new TcpClient();
        await client.ConnectAsync(node.Listen);
        byte[] bytes = (kind % 4) switch
        {
            0 => [],
            1 => SlowHandshake,
            2 => RandomNumberGenerator.GetBytes(512),
            _ => "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
        };
        try
        {
            await client.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // The node has hung up already, which is its right.
        }

        return client;
    }

    /// <summary>TLS without a certificate, then HTTP/2 frames that announce 16 MB each, and their content as far as it is taken.</summary>
    private static async Task GiantFramesAsync(Node node)
    {
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(node.Listen);
            await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x", ApplicationProtocols = [SslApplicationProtocol.Http2] });
            try
            {
                await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
                await tls.WriteAsync(new byte[] { GiantFrameBytes >> 16, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1 });
                for (var sent = 0; sent < GiantFrameBytes; sent += 1 << 16)
                {
                    await tls.WriteAsync(new byte[1 << 16]);
                }
            }
            catch (IOException)
            {
                // Cut off, as it should be.
            }
        }
    }

    private static long MegabytesOf(Node node) => NumberIn($"/proc/{node.ProcessId}/status", "VmRSS:") / 1024;

    private static int OpenFileLimit() => (int)Math.Min(NumberIn("/proc/self/limits", "Max open files"), int.MaxValue);

    private static long NumberIn(string file, string line)
    {
        var rest = File.ReadLines(file).First(l => l.StartsWith(line, StringComparison.Ordinal))[line.Length..];
        return long.Parse(rest.Split(' ', '\t').First(word => word.Length > 0), CultureInfo.InvariantCulture);
    }
}
