namespace Benchmarks.Products;

/// <summary>What is compared: how three fresh members of it become a cluster on this machine.</summary>
internal interface IProduct
{
    string Name { get; }

    Task<string> VersionAsync(CancellationToken stop);

    /// <summary>Three members with data folders to be below <paramref name="folder"/>; nothing runs yet.</summary>
    Cluster Prepare(string folder);

    /// <summary>Starts them and makes one cluster of them; returns once all three serve.</summary>
    Task FormAsync(Cluster cluster, CancellationToken stop);
}
