using Grpc.Core;

namespace Benchmarks.Products;

/// <summary>Three members of one product with data of their own, until it is disposed of.</summary>
internal sealed class Cluster(string product, string folder, IReadOnlyList<Member> members) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(2);
    private readonly IStore[] _stores = [.. members.Select(m => m.Connect())];

    public string Product { get; } = product;

    /// <summary>What the cluster keeps; gone when it is disposed of.</summary>
    public string Folder { get; } = folder;

    public IReadOnlyList<Member> Members { get; } = members;

    public void Start()
    {
        foreach (var member in Members)
        {
            member.Daemon.Start();
        }
    }

    /// <summary>All three agree on a leader, vote, and serve linearizable reads.</summary>
    public Task WholeAsync(CancellationToken stop) => Until.HoldsAsync($"three members of {Product} follow one leader", async () =>
    {
        var views = await ViewsAsync();
        return views.All(v => v is { Whole: true, Leader.Length: > 0 }) && views.DistinctBy(v => v!.Leader).Count() == 1 && await AllReadAsync();
    }, Patience, stop);

    public async Task<Member> LeaderAsync(CancellationToken stop)
    {
        Member? leader = null;
        await Until.HoldsAsync($"a member of {Product} leads", async () => (leader = await FindLeaderAsync()) is not null, Patience, stop);
        return leader!;
    }

    /// <summary>The leader, then the others in their order.</summary>
    public async Task<IReadOnlyList<Member>> LeaderFirstAsync(CancellationToken stop)
    {
        var leader = await LeaderAsync(stop);
        return [leader, .. Members.Where(m => m != leader)];
    }

    /// <summary>The highest term that any member knows.</summary>
    public async Task<long> TermAsync() => (await ViewsAsync()).Max(v => v?.Term ?? 0);

    public Task<MemberView?[]> ViewsAsync() => Task.WhenAll(_stores.Select(s => s.TryViewAsync()));

    /// <summary>Processor time that all three use within a span that begins after a delay.</summary>
    public async Task<TimeSpan> ProcessorTimeAsync(TimeSpan delay, TimeSpan span, CancellationToken stop)
    {
        await Task.Delay(delay, stop);
        var before = ProcessorTime();
        await Task.Delay(span, stop);
        return ProcessorTime() - before;
    }

    /// <exception cref="BenchException">A member has ended by itself.</exception>
    public void MustRun()
    {
        foreach (var member in Members)
        {
            member.Daemon.MustRun();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.Daemon.DisposeAsync();
        }

        Array.ForEach(_stores, s => s.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    private TimeSpan ProcessorTime() => new(Members.Sum(m => m.Daemon.ProcessorTime().Ticks));

    private async Task<Member?> FindLeaderAsync()
    {
        var views = await ViewsAsync();
        var newest = views.Where(v => v is { Leads: true }).MaxBy(v => v!.Term);
        return newest is null ? null : Members[Array.IndexOf(views, newest)];
    }

    private async Task<bool> AllReadAsync()
    {
        try
        {
            await Task.WhenAll(_stores.Select(s => s.GetAsync("whole", CallPatience)));
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled)
        {
            return false;
        }
    }
}
