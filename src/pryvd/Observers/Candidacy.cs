using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Internal.V1;
using Pryvd.Hosting;
using Pryvd.Peers;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Observers;

/// <summary>
/// An observer becomes a candidate: the leader makes it a learner under a new member id, and its log begins where its
/// state is. After a crash in between the mark is still there, it observes on, and the leader asks it again.
/// </summary>
internal static class Candidacy
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(NodeHost host, ObserverSession session)
    {
        try
        {
            await host.ChangeAsync(async () =>
            {
                if (host.Session == session && await AskAsync(host, session).ConfigureAwait(false) is { } admitted)
                {
                    await BeginAsync(host, admitted).ConfigureAwait(false);
                }

                return true;
            }).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is StoreException or DiskException or IOException)
        {
            host.Fail(failure);
        }
    }

    private static async Task<RejoinReply?> AskAsync(NodeHost host, ObserverSession session)
    {
        try
        {
            var leader = session.Leader ?? throw new RpcException(new Status(StatusCode.Unavailable, "no leader is known"));
            var request = new RejoinRequest { NodeId = session.NodeId, NewMember = MemberIds.New().ToString(), Address = host.Address, Candidate = true };
            var reply = await session.Channels.Client(leader.Node, leader.Address)
                .RejoinAsync(request, deadline: DateTime.UtcNow + Patience).ResponseAsync.ConfigureAwait(false);
            return reply.Member.Length > 0 && reply.Epoch == session.Epoch.Value ? reply : null;
        }
        catch (RpcException refusal)
        {
            host.Logger.LogInformation("This observer does not become a candidate: {Reason}", refusal.Status.Detail);
            return null;
        }
    }

    private static async Task BeginAsync(NodeHost host, RejoinReply admitted)
    {
        await host.StopSessionAsync().ConfigureAwait(false);
        using (var store = StateStore.Open(host.Folder.Path))
        {
            _ = MemberId.TryParse(admitted.Member, out var member);
            var identity = NewData.IdentityOf(admitted.ClusterId, member, new Epoch(admitted.Epoch));
            var hardState = new HardState(store.Position.Term, MemberId.None, store.Applied);
            DurableLog.Create(new LibcDisk(host.Folder.LogPath), identity, new LogBase(store.Position, store.Configuration), hardState, LogOptions.Default).Dispose();
        }

        DurableFile.Delete(host.Folder.ObserverPath);
        host.Logger.LogInformation("This node becomes a candidate, as member {Member}", admitted.Member);
        await host.StartSessionAsync().ConfigureAwait(false);
    }
}
