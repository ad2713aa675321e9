using Grpc.Core;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>A node whose state has failed is about to end: its callers are to ask another one, and not to take it for an error of their own.</summary>
internal static class StoreFaults
{
    public static async Task InterceptAsync(ServerCallContext context, Func<Task> next)
    {
        try
        {
            await next().ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            throw Of(fault);
        }
    }

    public static RpcException Of(StoreException fault) =>
        new(new Status(StatusCode.Unavailable, $"This node stops, ask another one: {fault.Message}"));
}
