namespace Benchmarks.Products;

/// <summary>One client's connection to one member. Failures are <see cref="Grpc.Core.RpcException"/>, as the client library throws them.</summary>
internal interface IStore : IDisposable
{
    /// <summary>Returns once the write is committed.</summary>
    Task PutAsync(string key, TimeSpan patience);

    /// <summary>A linearizable read; the bytes of the value, 0 when there is none.</summary>
    Task<int> GetAsync(string key, TimeSpan patience);

    /// <summary>Writes many keys in one call; etcd takes 128 by default.</summary>
    Task PutManyAsync(IEnumerable<string> keys, TimeSpan patience);

    /// <summary>What the member says of itself; null while it does not answer.</summary>
    Task<MemberView?> TryViewAsync();
}
