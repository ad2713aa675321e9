using System.Diagnostics;
using Grpc.Core;

namespace Benchmarks.Load;

/// <summary>
/// Clients that each begin an operation as soon as their last one has ended. So a slow server is asked less: the latencies are
/// those of a server under as much load as it takes, not those under a given rate.
/// </summary>
internal sealed class ClosedLoop(TimeSpan warmUp, TimeSpan span)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly long _from = Stopwatch.GetTimestamp() + Ticks(warmUp);
    private readonly long _to = Stopwatch.GetTimestamp() + Ticks(warmUp) + Ticks(span);
    private int _errors;

    /// <param name="operation">Called with the client's number and how many it began before.</param>
    public async Task<LoadResult> RunAsync(int clients, Func<int, int, Task> operation, CancellationToken stop)
    {
        var loops = Enumerable.Range(0, clients).Select(c => Task.Run(() => LoopAsync(turn => operation(c, turn), stop), stop));
        var latencies = (await Task.WhenAll(loops).WaitAsync(warmUp + span + Patience, stop)).SelectMany(l => l).ToArray();
        Array.Sort(latencies);
        return new LoadResult(span, latencies, _errors);
    }

    private async Task<List<long>> LoopAsync(Func<int, Task> operation, CancellationToken stop)
    {
        var latencies = new List<long>(1 << 14);
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var began = Stopwatch.GetTimestamp();
            var succeeded = await TryAsync(operation(turn));
            var ended = Stopwatch.GetTimestamp();
            if (ended >= _to)
            {
                break;
            }

            if (succeeded && ended >= _from)
            {
                latencies.Add(ended - began);
            }
        }

        return latencies;
    }

    private async Task<bool> TryAsync(Task operation)
    {
        try
        {
            await operation;
            return true;
        }
        catch (RpcException)
        {
            Interlocked.Increment(ref _errors);
            await Task.Delay(Pause);
            return false;
        }
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);
}
