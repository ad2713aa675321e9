using System.Diagnostics;
using Grpc.Core;
using Pryv.V1;

namespace EndToEnd.Harness;

/// <summary>
/// Clients that write without pause, each a counter of its own, through the sockets of given nodes: one request id a write,
/// repeated under that id until it is acknowledged.
/// </summary>
public sealed class Writers : IAsyncDisposable
{
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<long> _acknowledgedAt = [];
    private readonly List<string> _surprises = [];
    private readonly long[] _acknowledged;
    private readonly List<Task> _running;

    public Writers(int count, params Node[] through)
    {
        _acknowledged = new long[count];
        _running = [.. Enumerable.Range(0, count).Select(i => Task.Run(() => WriteAsync(i, through[i % through.Length])))];
    }

    public int Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return _acknowledgedAt.Count;
            }
        }
    }

    /// <summary>What came back that a client cannot handle by a retry; nothing should.</summary>
    public IReadOnlyList<string> Surprises
    {
        get
        {
            lock (_gate)
            {
                return [.. _surprises];
            }
        }
    }

    public static string KeyOf(int client) => $"counter{client}";

    /// <summary>How many writes of a client were acknowledged, by client.</summary>
    public IReadOnlyList<long> Counts => _acknowledged;

    /// <summary>Waits until this many more were acknowledged.</summary>
    public Task<TimeSpan> MoreAsync(int count)
    {
        var goal = Acknowledged + count;
        return Until.Holds($"{count} more writes are acknowledged", () => Task.FromResult(Acknowledged >= goal));
    }

    /// <summary>The longest time between two acknowledgements, from an instant on.</summary>
    public TimeSpan LongestPauseSince(long timestamp)
    {
        lock (_gate)
        {
            var times = _acknowledgedAt.Where(t => t >= timestamp).Prepend(timestamp).Order().ToList();
            return times.Zip(times.Skip(1), (a, b) => Stopwatch.GetElapsedTime(a, b)).DefaultIfEmpty().Max();
        }
    }

    /// <summary>No new write begins; each client finishes the one it is at.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(Until.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync(int client, Node node)
    {
        while (!_stop.IsCancellationRequested)
        {
            var next = _acknowledged[client] + 1;
            var id = await PersistAsync(() => node.Cluster.NewRequestIdAsync(new NewRequestIdRequest(), deadline: Deadline()));
            var request = new SetVarsRequest { RequestId = id?.RequestId ?? "", Scope = "cluster", Vars = { new VarAssignment { Key = KeyOf(client), Json = $"{next}" } } };
            var reply = await PersistAsync(() => node.Vars.SetVarsAsync(request, deadline: Deadline()));
            if (reply is null)
            {
                return;
            }

            _acknowledged[client] = next;
            lock (_gate)
            {
                _acknowledgedAt.Add(Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Tries until it is answered; null when the answer is one that no retry heals, or none ever came.</summary>
    private async Task<T?> PersistAsync<T>(Func<AsyncUnaryCall<T>> call)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled
                && Stopwatch.GetElapsedTime(started) < Until.Patience)
            {
                await Task.Yield();
            }
            catch (RpcException e)
            {
                lock (_gate)
                {
                    _surprises.Add(e.Message);
                }

                return null;
            }
        }
    }

    private static DateTime Deadline() => DateTime.UtcNow + CallPatience;
}
