using Grpc.Core;
using Pryv.V1;

namespace Pryvd.Tests.Api;

/// <summary>Requests that many tests make, and what they may answer.</summary>
internal static class Ask
{
    public static SetVarsRequest Set(string scope, string key, string json, bool secret = false, long? ifVersion = null)
    {
        var assignment = new VarAssignment { Key = key, Json = json, Secret = secret };
        if (ifVersion is { } version)
        {
            assignment.IfVersion = version;
        }

        return new SetVarsRequest { Scope = scope, Vars = { assignment } };
    }

    public static CallOptions InTime => new(deadline: DateTime.UtcNow + Within.Patience);

    public static async Task<RpcException> RefusedAsync(StatusCode expected, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(refusal.StatusCode == expected, $"{refusal.StatusCode}: {refusal.Status.Detail}");
        Assert.NotEmpty(refusal.Status.Detail);
        return refusal;
    }

    /// <summary>The next messages of a stream.</summary>
    public static async Task<List<T>> NextAsync<T>(this AsyncServerStreamingCall<T> call, int count)
    {
        var items = new List<T>();
        using var deadline = new CancellationTokenSource(Within.Patience);
        while (items.Count < count)
        {
            Assert.True(await call.ResponseStream.MoveNext(deadline.Token), $"the stream ended after {items.Count} of {count} messages");
            items.Add(call.ResponseStream.Current);
        }

        return items;
    }
}
