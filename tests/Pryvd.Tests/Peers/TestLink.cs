using System.Buffers;
using System.Net.Security;
using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Peers;
using Pryvd.Peers.Links;
using Pryvd.Raft;

namespace Pryvd.Tests.Peers;

/// <summary>A link to a node's peer port, opened and spoken on byte by byte, as only a test would.</summary>
internal sealed class TestLink(SslStream stream) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Under the node's own certificate, so that it is one of its cluster.</summary>
    public static async Task<TestLink> DialAsync(ClusterSession session, string address) =>
        new((SslStream)(await session.Channels.LinkAsync(session.NodeId, address, CancellationToken.None)).Stream);

    /// <summary>Dialled, and opened as it should be.</summary>
    public static async Task<TestLink> OpenAsync(MemberSession session, string address)
    {
        var link = await DialAsync(session, address);
        await link.WriteAsync(LinkRecords.Of(OpeningOf(session)));
        return link;
    }

    public static LinkOpening OpeningOf(MemberSession session) => PeerProtocol.OpeningOf(session.LogIdentity);

    public Task WriteAsync(byte[] bytes) => stream.WriteAsync(bytes).AsTask();

    public async Task SendAsync(IEnumerable<byte[]> messages)
    {
        var records = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
        {
            LinkRecords.Write(records, message);
        }

        try
        {
            await WriteAsync(records.WrittenSpan.ToArray());
        }
        catch (IOException)
        {
            // Refused before all was said.
        }
    }

    public async Task<LinkAnswer> AnswerAsync()
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length).AsTask().WaitAsync(Patience);
        var record = new byte[BitConverter.ToInt32(length)];
        await stream.ReadExactlyAsync(record).AsTask().WaitAsync(Patience);
        return LinkAnswer.Parser.ParseFrom(record);
    }

    /// <summary>Says that nothing more comes, and returns when the other side has taken it all or refused.</summary>
    public async Task FinishAsync()
    {
        try
        {
            await stream.ShutdownAsync();
            await stream.CopyToAsync(Stream.Null).WaitAsync(Patience);
        }
        catch (IOException)
        {
            // Closed already.
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
