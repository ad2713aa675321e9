using System.IO.Pipelines;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Internal.V1;

namespace Pryvd.Peers.Links;

/// <summary>Opens a link only to hear whether its messages would be taken.</summary>
internal static class LinkQuestion
{
    /// <summary>The later epoch in which the other side is; null when it is in none.</summary>
    /// <param name="stream">A new connection, which stays open.</param>
    /// <param name="own">Who asks.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The other side ended it without an answer.</exception>
    public static async Task<Epoch?> NewerEpochAsync(Stream stream, LogIdentity own, CancellationToken cancel)
    {
        await stream.WriteAsync(LinkRecords.Of(PeerProtocol.OpeningOf(own)), cancel).ConfigureAwait(false);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256, leaveOpen: true));
        var answer = LinkAnswer.Parser.ParseFrom(await LinkRecords.FirstAsync(reader, LinkRecords.MaxAnswerBytes, cancel).ConfigureAwait(false));
        return answer.NewerEpoch > own.Epoch.Value ? new Epoch(answer.NewerEpoch) : null;
    }
}
