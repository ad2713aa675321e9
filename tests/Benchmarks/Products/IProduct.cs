namespace Benchmarks.Products;

/// <summary>What is compared: how three fresh members of it become a cluster on this machine.</summary>
internal interface IProduct
{
    string Name { get; }

    Task<string> VersionAsync(CancellationToken stop);

    /// <summary>Starts three members with empty data folders below <paramref name="folder"/>; returns once all three serve.</summary>
    Task<Cluster> FormAsync(string folder, CancellationToken stop);
}
