using System.Threading.Channels;
using Grpc.Core;
using Pryv.Internal.V1;

namespace Pryvd.Peers;

/// <summary>The leader's end of a stream of forwarded calls: they run beside each other, and their answers go out as many at a time as there are.</summary>
internal sealed class ForwardAnswering(Func<ForwardRequest, Task<ForwardReply>> answer, Action check)
{
    /// <summary>Calls of one node that may run at a time; further ones wait in its stream.</summary>
    private const int MaxRunning = 4096;
    private const int MaxAnswers = 256;

    private readonly SemaphoreSlim _room = new(MaxRunning);
    private readonly Channel<ForwardAnswer> _answers = Channel.CreateBounded<ForwardAnswer>(
        new BoundedChannelOptions(MaxRunning) { SingleReader = true });

    public async Task RunAsync(
        IAsyncStreamReader<ForwardCalls> calls, IServerStreamWriter<ForwardAnswers> answers, CancellationToken cancel)
    {
        var writing = WriteAsync(answers, cancel);
        try
        {
            while (await calls.MoveNext(cancel).ConfigureAwait(false))
            {
                check();
                foreach (var call in calls.Current.Calls)
                {
                    await _room.WaitAsync(cancel).ConfigureAwait(false);
                    _ = AnswerAsync(call);
                }
            }
        }
        finally
        {
            _answers.Writer.TryComplete();
        }

        await writing.ConfigureAwait(false);
    }

    private async Task AnswerAsync(ForwardCall call)
    {
        var reply = await ReplyAsync(call.Request).ConfigureAwait(false);

        // There is room for every call that runs; false says that the stream has ended, and then nobody waits for it.
        _answers.Writer.TryWrite(new ForwardAnswer { Id = call.Id, Reply = reply });
    }

    private async Task<ForwardReply> ReplyAsync(ForwardRequest request)
    {
        try
        {
            return await answer(request).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new ForwardReply { Status = (int)StatusCode.Unavailable, Message = "The leader gave the call up." };
        }
        catch (Exception failure)
        {
            return new ForwardReply { Status = (int)StatusCode.Unknown, Message = $"The leader failed to answer ({failure.GetType().Name}); its log says more." };
        }
    }

    private async Task WriteAsync(IServerStreamWriter<ForwardAnswers> answers, CancellationToken cancel)
    {
        while (await _answers.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
        {
            var batch = new ForwardAnswers();
            while (batch.Answers.Count < MaxAnswers && _answers.Reader.TryRead(out var answer))
            {
                batch.Answers.Add(answer);
                _room.Release();
            }

            await answers.WriteAsync(batch, cancel).ConfigureAwait(false);
        }
    }
}
