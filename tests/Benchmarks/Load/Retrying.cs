using System.Diagnostics;
using Benchmarks.Products;
using Grpc.Core;

namespace Benchmarks.Load;

/// <summary>A client that keeps trying: a new attempt every few milliseconds, at one member after the other, until one is acknowledged.</summary>
internal static class Retrying
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AttemptPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Milliseconds from <paramref name="since"/> to the first success of an attempt that begins now or later.</summary>
    public static async Task<double> FirstAsync(long since, IReadOnlyList<IStore> stores, Func<IStore, TimeSpan, Task> attempt, CancellationToken stop)
    {
        var first = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempts = new List<Task<RpcException?>>();
        for (var i = 0; !first.Task.IsCompleted; i++)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                var last = attempts.FindLast(a => a.IsCompletedSuccessfully);
                throw new BenchException($"no attempt succeeded within {Patience.TotalSeconds:F0} s; the last one: {last?.Result?.Status.Detail ?? "not answered"}");
            }

            attempts.Add(TryAsync(attempt(stores[i % stores.Count], AttemptPatience), first));
            await Task.WhenAny(first.Task, Task.Delay(Pace, stop));
            stop.ThrowIfCancellationRequested();
        }

        var took = Stopwatch.GetElapsedTime(since, await first.Task).TotalMilliseconds;
        await Task.WhenAll(attempts);
        return took;
    }

    /// <returns>Why it failed; another attempt is on its way.</returns>
    private static async Task<RpcException?> TryAsync(Task attempt, TaskCompletionSource<long> first)
    {
        try
        {
            await attempt;
            first.TrySetResult(Stopwatch.GetTimestamp());
            return null;
        }
        catch (RpcException failure)
        {
            return failure;
        }
    }
}
