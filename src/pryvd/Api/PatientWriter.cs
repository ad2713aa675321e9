using Grpc.Core;

namespace Pryvd.Api;

/// <summary>Writes to a reader that may be slow, up to a point; then the stream ends and says where to go on.</summary>
internal sealed class PatientWriter<T>(IServerStreamWriter<T> stream, TimeSpan patience, ServerCallContext context)
{
    public const string ResumeTrailer = "pryvd-resume-position";

    /// <param name="position">Where to go on after this message; empty where only a new beginning helps.</param>
    public async Task WriteAsync(T message, string position)
    {
        var write = stream.WriteAsync(message, context.CancellationToken);
        try
        {
            await write.WaitAsync(patience, context.CancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The message is in the response already and reaches the reader before the trailers do. Cancelling the write
            // would reset the stream and take both away.
            throw TooSlow(position);
        }
    }

    private RpcException TooSlow(string position)
    {
        var advice = position.Length > 0 ? $"go on from position {position}" : "begin anew";
        var trailers = position.Length > 0 ? new Metadata { { ResumeTrailer, position } } : [];
        return new RpcException(
            new Status(StatusCode.ResourceExhausted, $"The reader took nothing for {patience.TotalSeconds:0.#} s, so the stream was ended; {advice}."),
            trailers);
    }
}
