using System.Diagnostics;
using EndToEnd.Harness;
using Grpc.Core;
using Pryv.V1;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd.Faults.Recording;

/// <summary>
/// Clients that read and write without pause at every node and record what they see. A write keeps its request id through all
/// its tries, also at other nodes. A variable is used for a while and then left for the next, so that each history is short.
/// </summary>
public sealed class Recorder : IAsyncDisposable
{
    private const int KeysAtOnce = 3;
    private const int OperationsPerKey = 40;
    private static readonly TimeSpan TryPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Seen> _history = [];
    private readonly List<string> _surprises = [];
    private readonly IReadOnlyList<Node> _nodes;
    private readonly List<Task> _running;
    private int _begun;
    private long _value;

    public Recorder(IReadOnlyList<Node> nodes, int clients = 9, int seed = 1)
    {
        _nodes = nodes;
        _running = [.. Enumerable.Range(0, clients).Select(i => Task.Run(() => RunAsync(i, new Random(HashCode.Combine(seed, i)))))];
    }

    /// <summary>What has been recorded so far.</summary>
    public IReadOnlyList<Seen> History
    {
        get
        {
            lock (_gate)
            {
                return [.. _history];
            }
        }
    }

    public int Acknowledged => History.Count(s => s is { IsWrite: true, Version: not null });

    public Task<TimeSpan> MoreWritesAsync(int count)
    {
        var goal = Acknowledged + count;
        return Until.Holds($"{count} more recorded writes are acknowledged", () => Task.FromResult(Acknowledged >= goal));
    }

    public static string KeyOf(int key) => $"reg{key:D6}";

    /// <summary>Ends the clients, reads every variable at every node once more, and judges.</summary>
    public async Task JudgeAsync()
    {
        await StopAsync();
        foreach (var node in _nodes.Where(n => n.IsRunning))
        {
            await ReadAllAsync(node);
        }

        Assert.Empty(_surprises);
        Assert.True(Acknowledged > 0 && History.Any(s => !s.IsWrite), "nothing was recorded");
        RequireEachOnce();
        Verdict.RequireLinearizable(History);
    }

    /// <summary>What was seen, in one line for people.</summary>
    public string Summary()
    {
        var history = History;
        return $"{Acknowledged} writes acknowledged, {history.Count(s => s is { IsWrite: true, Version: null })} open, {history.Count(s => !s.IsWrite)} reads";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(Until.Patience);
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(Until.Patience);
    }

    private async Task RunAsync(int client, Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            var key = (Interlocked.Increment(ref _begun) / (KeysAtOnce * OperationsPerKey) * KeysAtOnce) + random.Next(KeysAtOnce);
            await (random.Next(2) == 0 ? ReadAsync(client, key, random) : WriteAsync(client, key, random));
        }
    }

    /// <summary>A read that is not answered says nothing and is not recorded.</summary>
    private async Task ReadAsync(int client, int key, Random random)
    {
        var node = _nodes[random.Next(_nodes.Count)];
        var begin = Stopwatch.GetTimestamp();
        try
        {
            var request = new GetVarRequest { Scope = "cluster", Key = KeyOf(key), Mode = new ReadMode() };
            var var = (await node.Vars.GetVarAsync(request, deadline: DateTime.UtcNow + TryPatience)).Var;
            Record(new Seen(key, false, long.Parse(var.Json, null), var.Version, begin, Stopwatch.GetTimestamp(), $"c{client} at {node.Name}"));
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            Record(new Seen(key, false, 0, 0, begin, Stopwatch.GetTimestamp(), $"c{client} at {node.Name}"));
        }
        catch (RpcException failure)
        {
            await OnFailureAsync(failure);
        }
    }

    private async Task WriteAsync(int client, int key, Random random)
    {
        var node = _nodes[random.Next(_nodes.Count)];
        var begin = Stopwatch.GetTimestamp();
        if (await TryAsync(node, n => n.Cluster.NewRequestIdAsync(new NewRequestIdRequest(), deadline: Deadline())) is not { } id)
        {
            return;
        }

        var value = Interlocked.Increment(ref _value);
        var request = new SetVarsRequest { RequestId = id.RequestId, Scope = "cluster", Vars = { new VarAssignment { Key = KeyOf(key), Json = $"{value}" } } };
        WriteReply? reply = null;
        while (reply is null && Stopwatch.GetElapsedTime(begin) < WritePatience)
        {
            reply = await TryAsync(node, n => n.Vars.SetVarsAsync(request, deadline: Deadline()));
            (node, var asked) = (_nodes[random.Next(_nodes.Count)], node);
            if (reply is not null)
            {
                Record(new Seen(key, true, value, reply.Versions[0], begin, Stopwatch.GetTimestamp(), $"c{client} at {asked.Name}"));
            }
        }

        if (reply is null)
        {
            Record(new Seen(key, true, value, null, begin, long.MaxValue, $"c{client}"));
        }
    }

    private async Task<T?> TryAsync<T>(Node node, Func<Node, AsyncUnaryCall<T>> call)
        where T : class
    {
        try
        {
            return await call(node);
        }
        catch (RpcException failure)
        {
            await OnFailureAsync(failure);
            return null;
        }
    }

    /// <summary>What a client must expect of a cluster under faults; anything else is a surprise.</summary>
    private async Task OnFailureAsync(RpcException failure)
    {
        if (failure.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Aborted or StatusCode.FailedPrecondition))
        {
            lock (_gate)
            {
                _surprises.Add(failure.Message);
            }
        }

        await Task.Delay(Breath);
    }

    private async Task ReadAllAsync(Node node)
    {
        var begin = Stopwatch.GetTimestamp();
        var request = new ListVarsRequest { Scope = "cluster", Prefix = "reg", PageSize = 10_000, Mode = new ReadMode() };
        var vars = (await node.Vars.ListVarsAsync(request, deadline: DateTime.UtcNow + Until.Patience)).Vars.ToDictionary(v => v.Key);
        foreach (var key in History.Select(s => s.Key).Distinct())
        {
            var var = vars.GetValueOrDefault(KeyOf(key));
            Record(new Seen(key, false, long.Parse(var?.Json ?? "0", null), var?.Version ?? 0, begin, Stopwatch.GetTimestamp(), $"last look at {node.Name}"));
        }
    }

    /// <summary>Versions count the writes that took effect: all that were acknowledged, and of the others none twice.</summary>
    private void RequireEachOnce()
    {
        foreach (var register in History.GroupBy(s => s.Key))
        {
            var last = register.Max(s => s.Version ?? 0);
            var (acknowledged, all) = (register.Count(s => s is { IsWrite: true, Version: not null }), register.Count(s => s.IsWrite));
            Assert.True(last >= acknowledged && last <= all, $"{KeyOf(register.Key)}: {acknowledged} of {all} writes were acknowledged, the last version is {last}");
        }
    }

    private void Record(Seen seen)
    {
        lock (_gate)
        {
            _history.Add(seen);
        }
    }

    private static DateTime Deadline() => DateTime.UtcNow + TryPatience;
}
