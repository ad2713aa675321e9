using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

/// <summary>Does what the text of the first request asks for, in every shape.</summary>
internal sealed class ShapesService : Shapes.ShapesBase
{
    private readonly Channel<string> _ends = Channel.CreateUnbounded<string>();
    private int _written;

    /// <summary>How handlers that wait were ended, in order: what the tests about cancellation look at.</summary>
    public ChannelReader<string> Ends => _ends.Reader;

    /// <summary>How many messages <c>flood</c> has written so far.</summary>
    public int Written => Volatile.Read(ref _written);

    public override async Task<Pong> Unary(Ping request, ServerCallContext context)
    {
        await ActAsync(request, context);
        return new Pong { Text = request.Text, Index = request.Count, Blob = request.Blob };
    }

    public override async Task<Pong> Collect(IAsyncStreamReader<Ping> requestStream, ServerCallContext context)
    {
        var pong = new Pong();
        await foreach (var ping in requestStream.ReadAllAsync())
        {
            await ActAsync(ping, context);
            pong.Text += ping.Text;
            pong.Index++;
            if (ping.Text == "enough")
            {
                break;
            }
        }

        return pong;
    }

    public override async Task Spread(Ping request, IServerStreamWriter<Pong> responseStream, ServerCallContext context)
    {
        for (var index = 0; index < request.Count; index++)
        {
            await responseStream.WriteAsync(new Pong { Text = request.Text, Index = index, Blob = request.Blob });
            Interlocked.Increment(ref _written);
        }

        await ActAsync(request, context);
    }

    public override async Task Chat(IAsyncStreamReader<Ping> requestStream, IServerStreamWriter<Pong> responseStream, ServerCallContext context)
    {
        var index = 0;
        await foreach (var ping in requestStream.ReadAllAsync())
        {
            await ActAsync(ping, context);
            await responseStream.WriteAsync(new Pong { Text = ping.Text, Index = index++, Blob = ping.Blob });
        }
    }

    private async Task ActAsync(Ping request, ServerCallContext context)
    {
        switch (request.Text)
        {
            case "wait":
                await WaitForEndAsync(context);
                break;
            case "refuse":
                var trailers = new Metadata { { "reason", "it was asked for" }, { "proof-bin", [0, 1, 254, 255] } };
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "No, 100 % no: größer → ünmöglich"), trailers);
            case "crash":
                throw new InvalidOperationException("the secret of the server");
            case "headers":
                await EchoMetadataAsync(context);
                break;
            case "large":
                request.Blob = ByteString.CopyFrom(new byte[request.Count]);
                break;
        }
    }

    private async Task WaitForEndAsync(ServerCallContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            _ends.Writer.TryWrite(context.Deadline == DateTime.MaxValue ? "cancelled" : "deadline");
        }
    }

    private static Task EchoMetadataAsync(ServerCallContext context)
    {
        var echo = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            echo.Add(entry);
            context.ResponseTrailers.Add(entry);
        }

        return context.WriteResponseHeadersAsync(echo);
    }
}
