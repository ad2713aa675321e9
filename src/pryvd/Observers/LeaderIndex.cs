using Google.Protobuf;
using Grpc.Core;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>An observer's linearizable reads: the leader confirms that it leads and says what is committed.</summary>
internal static class LeaderIndex
{
    private const string Method = "/pryv.internal.v1.Peer/ReadIndex";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The leader's side.</summary>
    public static void Register(LeaderCalls calls, NodeHost host) =>
        calls.Register<ReadIndexRequest, ReadIndexReply>(Method, async (_, _, _) =>
            await host.RequireSession().ReadIndexAsync().ConfigureAwait(false) is { } index
                ? new ReadIndexReply { Index = index.Value }
                : throw new NotLeaderException());

    /// <summary>Null when no leader could confirm it now.</summary>
    public static async Task<LogIndex?> AskAsync(ClusterSession session, CancellationToken stop)
    {
        if (session.Leader is not { } leader)
        {
            return null;
        }

        try
        {
            var request = new ForwardRequest
            {
                Method = Method,
                Request = new ReadIndexRequest().ToByteString(),
                Actor = ActorMessage.Of(new Model.Actor(session.NodeName, -1, 0)),
            };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Patience);
            var reply = await session.Forwarding.CallAsync(leader.Node, leader.Address, request, patience.Token).ConfigureAwait(false);
            return reply.Status == (int)StatusCode.OK ? new LogIndex(ReadIndexReply.Parser.ParseFrom(reply.Reply).Index) : null;
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            // Whoever waits asks again until its own deadline, and says then what was not there.
            return null;
        }
    }
}
