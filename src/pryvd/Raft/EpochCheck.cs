using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Peers.Links;

namespace Pryvd.Raft;

/// <summary>
/// Before an old log is run again its peers are asked for their epoch: where a recovery or restore began a new one, this
/// log's time is over, and a majority of old members must not go on beside the new cluster.
/// </summary>
internal static class EpochCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Whom to ask is read before this returns; the log may be changed from then on.</summary>
    /// <exception cref="SessionException">This log's time is over.</exception>
    public static async Task RunAsync(DurableLog log, SessionParts parts, CancellationToken stop)
    {
        var own = log.Identity;
        var others = Members(log, parts).Where(m => m.Node != parts.Identity.Cluster.NodeId).Take(Configuration.MaxMembers).ToList();
        var newest = others.Count == 0 ? own.Epoch : await Task.Run(() => NewestAsync(own, others, parts, stop), stop).ConfigureAwait(false);
        if (newest > own.Epoch)
        {
            throw new SessionException(Over(own.Epoch, newest, parts));
        }
    }

    private static async Task<Epoch> NewestAsync(LogIdentity own, IReadOnlyList<Member> others, SessionParts parts, CancellationToken stop)
    {
        using var channels = new PeerChannels(
            () => parts.Identity.Certificate, new PeerCertificates(parts.Identity.Authority, _ => false, parts.Clock), _ => { });
        var answers = await Task.WhenAll(others.Select(m => AskAsync(own, channels, m, stop))).ConfigureAwait(false);
        return answers.OfType<Epoch>().Append(own.Epoch).Max();
    }

    /// <summary>What a member of a past epoch is told.</summary>
    public static string Over(Epoch own, Epoch newest, SessionParts parts) =>
        $"the cluster was recovered or restored without this node: it is in epoch {newest}, this node's log is of epoch {own} and may hold what the cluster no longer has. "
        + $"To rejoin, {parts.HowToRejoin}";

    private static IEnumerable<Member> Members(DurableLog log, SessionParts parts)
    {
        var bytes = log.Configurations.Count > 0 ? log.Configurations[^1].Data : log.Base.Configuration;
        return ConfigurationCodec.Decode(bytes).All.Concat(parts.Peers.Read()).DistinctBy(m => m.Node).Where(m => m.Address.Length > 0);
    }

    /// <summary>The later epoch of a peer; null when it is of none, or does not answer, which says nothing against us.</summary>
    private static async Task<Epoch?> AskAsync(LogIdentity own, PeerChannels channels, Member member, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            var link = await channels.LinkAsync(member.Node, member.Address, patience.Token).ConfigureAwait(false);
            await using var stream = link.Stream;
            return await LinkQuestion.NewerEpochAsync(stream, own, patience.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody listens, another one answers, or not in time, or what is no answer.
            return null;
        }
    }
}
