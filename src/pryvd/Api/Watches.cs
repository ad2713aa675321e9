using Grpc.Core;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>All streams of changes of this node. Each reads on its own from the state, so a slow one holds up nobody and nothing is queued.</summary>
internal sealed class Watches(NodeHost host, WatchLimits limits)
{
    private int _count;

    public TimeSpan Patience => limits.Patience;

    /// <summary>Runs one watch, until its caller, its session or the daemon ends.</summary>
    public async Task RunAsync(ServerCallContext context, Func<ClusterSession, Task> watch)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > limits.AtOnce)
            {
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted, $"This node serves {limits.AtOnce} watches already; end some, or watch on another node."));
            }

            await watch(host.RequireSession()).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"The watch has ended: {failure.Message}"));
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    public PatientWriter<T> Writer<T>(IServerStreamWriter<T> stream, ServerCallContext context) => new(stream, limits.Patience, context);
}
