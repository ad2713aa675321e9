using Benchmarks.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Benchmarks.Products;

internal sealed class EtcdStore(string address) : IStore
{
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(1);
    private static readonly ByteString Value = ByteString.CopyFromUtf8(TestValue.Json);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);

    public async Task PutAsync(string key, TimeSpan patience) =>
        await new KV.KVClient(_channel).PutAsync(Put(key), deadline: DateTime.UtcNow + patience);

    public async Task<int> GetAsync(string key, TimeSpan patience)
    {
        var request = new RangeRequest { Key = ByteString.CopyFromUtf8(key) };
        var reply = await new KV.KVClient(_channel).RangeAsync(request, deadline: DateTime.UtcNow + patience);
        return reply.Kvs.Count == 0 ? 0 : reply.Kvs[0].Value.Length;
    }

    public async Task PutManyAsync(IEnumerable<string> keys, TimeSpan patience)
    {
        var request = new TxnRequest { Success = { keys.Select(k => new RequestOp { RequestPut = Put(k) }) } };
        await new KV.KVClient(_channel).TxnAsync(request, deadline: DateTime.UtcNow + patience);
    }

    public async Task<MemberView?> TryViewAsync()
    {
        try
        {
            var status = await new Maintenance.MaintenanceClient(_channel).StatusAsync(new StatusRequest(), deadline: DateTime.UtcNow + StatusPatience);
            var leader = status.Leader == 0 ? "" : $"{status.Leader:x}";
            return new MemberView(leader, status.Leader == status.Header.MemberId, (long)status.RaftTerm, Whole: true);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    public void Dispose() => _channel.Dispose();

    private static PutRequest Put(string key) => new() { Key = ByteString.CopyFromUtf8(key), Value = Value };
}
