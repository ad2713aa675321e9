using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Member = Pryv.Consensus.Membership.Member;

namespace Pryvd.Raft;

/// <summary>
/// Forced recovery: the quorum is lost for good, and this node goes on alone from what it has, in a new epoch that
/// shuts out the old members. Entries that only they had are lost; entries of its log that were never committed become so.
/// </summary>
internal static class RecoverFlow
{
    /// <summary>A leader heard of more recently than this may well be there.</summary>
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HelloPatience = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether no leader has been heard of for a while; one that has just been lost is given the time to fall silent.</summary>
    public static async Task<bool> IsLeaderlessAsync(MemberSession session, CancellationToken cancel)
    {
        var giveUp = DateTime.UtcNow + Patience;
        while (session.Leads || session.LeaderSilence < LeastSilence)
        {
            if (DateTime.UtcNow > giveUp)
            {
                return false;
            }

            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }

        return true;
    }

    /// <exception cref="RpcException">A peer that answers knows a leader, or a later epoch: a recovery here would make a second cluster.</exception>
    public static async Task RequireAloneAsync(MemberSession session, CancellationToken cancel)
    {
        var others = session.Configuration.All.Where(m => m.Node != session.NodeId);
        var answers = await Task.WhenAll(others.Select(m => AskAsync(session.Channels, m, cancel))).ConfigureAwait(false);
        foreach (var answer in answers.OfType<HelloReply>())
        {
            if (answer.Epoch > session.LogIdentity.Epoch.Value)
            {
                throw Errors.Conflict($"Node {answer.Node} is in epoch {answer.Epoch} already: the cluster was recovered there. Let this node rejoin: {session.Parts.HowToRejoin}");
            }

            if (answer.LeaderAddress.Length > 0)
            {
                throw Errors.Conflict($"Node {answer.Node} knows a leader at {answer.LeaderAddress}: the cluster has its quorum. Mend the network between it and this node instead.");
            }
        }
    }

    /// <summary>Who answers there; null when nobody does.</summary>
    private static async Task<HelloReply?> AskAsync(PeerChannels channels, Member member, CancellationToken cancel)
    {
        try
        {
            return await channels.Client(member.Node, member.Address)
                .HelloAsync(new HelloRequest { ProtocolVersion = PeerProtocol.Version }, deadline: DateTime.UtcNow + HelloPatience, cancellationToken: cancel)
                .ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>
    /// A cluster without its authority's key could admit nobody and would stay alone for ever: a node that was not to vote has
    /// no keys, and takes them from the recovery key. Nothing is kept unless <paramref name="keep"/>.
    /// </summary>
    /// <exception cref="RpcException">The node has no keys, and none or a wrong recovery key was given.</exception>
    public static void RequireKeys(NodeHost host, MemberSession session, string recoveryText, bool keep)
    {
        if (host.IdentityFolder.Custody.Exists)
        {
            return;
        }

        var cluster = session.Store.Read().State.Cluster
            ?? throw Errors.Conflict($"This node has no state yet and nothing to go on with. Recover on another survivor, or with 'pryvd snapshot restore'.");
        if (recoveryText.Length == 0)
        {
            throw Errors.Conflict(
                "This node does not hold the cluster's keys, because it does not vote: alone it could admit nobody. Recover on a survivor that votes, or give the recovery key that init wrote with --recovery-key FILE.");
        }

        try
        {
            using var recovery = RecoveryKey.Read(recoveryText);
            using var custody = CustodyKeys.Unwrap(recovery, cluster.WrappedKeys.Span, cluster.Id);
            if (keep)
            {
                host.IdentityFolder.Custody.Store(custody, session.Identity.Authority.RawData);
            }
        }
        catch (Exception failure) when (failure is IdentityException or SealException)
        {
            throw Errors.Invalid($"The recovery key does not open this cluster's keys: {failure.Message}");
        }
    }

    /// <summary>What it would come to.</summary>
    public static RecoverReply Plan(MemberSession session)
    {
        var status = session.Runner.Status;
        var lost = status.Configuration.All.Where(m => m.Id != status.Self).ToList();
        var reply = new RecoverReply
        {
            Epoch = session.LogIdentity.Epoch.Next().Value,
            LastIndex = status.Last.Value,
            CommitIndex = status.Commit.Value,
            Message = $"This node would go on alone with its log up to index {status.Last} (term {status.Term}). "
                + $"It knows of commits up to {status.Commit}; {status.Last - status.Commit} later entries would become committed, and any that only the other members hold would be lost. "
                + "Recover on the survivor whose last index is highest, and only when a majority of the voters is gone for good.",
        };
        reply.LostMembers.AddRange(lost.Select(m => session.NameOf(m.Id)));
        return reply;
    }

    public static async Task RunAsync(NodeHost host, MemberSession session)
    {
        var identity = session.LogIdentity with { Member = MemberIds.New(), Epoch = session.LogIdentity.Epoch.Next() };
        var self = new Member(identity.Member, session.NodeId, host.Address, MemberRole.Voter);
        await host.StopSessionAsync().ConfigureAwait(false);
        using (var log = DurableLog.Open(new LibcDisk(host.Folder.LogPath), LogOptions.Default))
        {
            var hardState = new HardState(log.HardState.Term.Next(), MemberId.None, log.HardState.Commit);
            log.Rebase(identity, hardState, ConfigurationCodec.Encode(new Configuration([self], [])));
        }

        host.Logger.LogWarning("Forced recovery: epoch {Epoch} begins with this node alone", identity.Epoch.Value);
        await host.StartSessionAsync().ConfigureAwait(false);
    }
}
