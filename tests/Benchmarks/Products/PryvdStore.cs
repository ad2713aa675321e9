using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;

namespace Benchmarks.Products;

internal sealed class PryvdStore(string socket) : IStore
{
    private const string Scope = "cluster";
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(1);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(
        "http://localhost", new GrpcChannelOptions { HttpHandler = GrpcTransport.UnixSocket(socket), DisposeHttpClient = true });

    public async Task PutAsync(string key, TimeSpan patience) =>
        await new Vars.VarsClient(_channel).SetVarsAsync(new SetVarsRequest { Scope = Scope, Vars = { Put(key) } }, deadline: DateTime.UtcNow + patience);

    public async Task<int> GetAsync(string key, TimeSpan patience)
    {
        try
        {
            var request = new GetVarRequest { Scope = Scope, Key = key, Mode = new ReadMode() };
            var reply = await new Vars.VarsClient(_channel).GetVarAsync(request, deadline: DateTime.UtcNow + patience);
            return reply.Var.Json.Length;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return 0;
        }
    }

    public async Task PutManyAsync(IEnumerable<string> keys, TimeSpan patience)
    {
        var request = new SetVarsRequest { Scope = Scope, Vars = { keys.Select(Put) } };
        await new Vars.VarsClient(_channel).SetVarsAsync(request, deadline: DateTime.UtcNow + patience);
    }

    public async Task<MemberView?> TryViewAsync()
    {
        try
        {
            var status = await new Pryv.V1.Cluster.ClusterClient(_channel).GetStatusAsync(new StatusRequest(), deadline: DateTime.UtcNow + StatusPatience);
            var whole = status.State == "running" && status.Quorum
                && status.Members.Count(m => m.Role == "voter") == 3 && status.Members.All(m => m.State == "ready");
            return new MemberView(status.Leader, status.Leader.Length > 0 && status.Leader == status.Node, status.Term, whole);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    public void Dispose() => _channel.Dispose();

    private static VarAssignment Put(string key) => new() { Key = key, Json = TestValue.Json };
}
