using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>
/// Many keys in a cluster, each written on its own at the leader, as those who set them would: a log of a few large entries would be
/// gone through at a start sooner than the same keys ever are.
/// </summary>
internal static class Filling
{
    private const int Writers = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string KeyOf(int number) => $"key{number:D6}";

    public static async Task FillAsync(this Cluster cluster, int keys, CancellationToken stop)
    {
        using var store = (await cluster.LeaderAsync(stop)).Connect();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = stop };
        await Parallel.ForEachAsync(Enumerable.Range(0, keys), parallel, async (number, _) => await store.PutAsync(KeyOf(number), Patience));
        await cluster.WholeAsync(stop);
    }
}
