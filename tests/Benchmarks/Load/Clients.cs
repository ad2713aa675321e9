using Benchmarks.Products;

namespace Benchmarks.Load;

/// <summary>Clients spread evenly over members, each with a connection and keys of its own.</summary>
internal sealed class Clients : IDisposable
{
    private const int KeysEach = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly IStore[] _stores;
    private readonly string[][] _keys;

    public Clients(int count, IReadOnlyList<Member> members)
    {
        _stores = [.. Enumerable.Range(0, count).Select(c => members[c % members.Count].Connect())];
        _keys = [.. Enumerable.Range(0, count).Select(c => Enumerable.Range(0, KeysEach).Select(k => $"client{c}_{k}").ToArray())];
    }

    public int Count => _stores.Length;

    public Task WriteAsync(int client, int turn) => _stores[client].PutAsync(KeyOf(client, turn), Patience);

    public async Task ReadAsync(int client, int turn)
    {
        var bytes = await _stores[client].GetAsync(KeyOf(client, turn), Patience);
        if (bytes != TestValue.Bytes)
        {
            throw new BenchException($"{KeyOf(client, turn)} was read with {bytes} bytes, {TestValue.Bytes} were written");
        }
    }

    /// <summary>Writes every key once.</summary>
    public async Task FillAsync()
    {
        for (var client = 0; client < Count; client++)
        {
            await _stores[client].PutManyAsync(_keys[client], Patience);
        }
    }

    public void Dispose() => Array.ForEach(_stores, s => s.Dispose());

    private string KeyOf(int client, int turn) => _keys[client][turn % KeysEach];
}
