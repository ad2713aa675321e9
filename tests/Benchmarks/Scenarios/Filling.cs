using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>Many keys in a cluster, written in batches at the leader.</summary>
internal static class Filling
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string KeyOf(int number) => $"key{number:D6}";

    public static async Task FillAsync(this Cluster cluster, int keys, CancellationToken stop)
    {
        using var store = (await cluster.LeaderAsync(stop)).Connect();
        foreach (var batch in Enumerable.Range(0, keys).Select(KeyOf).Chunk(store.ManyKeys))
        {
            stop.ThrowIfCancellationRequested();
            await store.PutManyAsync(batch, Patience);
        }

        await cluster.WholeAsync(stop);
    }
}
