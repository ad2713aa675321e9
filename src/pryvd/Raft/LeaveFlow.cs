using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryvd.Api;
using Pryvd.Hosting;

namespace Pryvd.Raft;

/// <summary>The end of a membership: leadership first, then, once the cluster has let the node go, identity and data.</summary>
internal static class LeaveFlow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Hands leadership to another voter; returns whether this node does not lead any more.</summary>
    public static async Task<bool> HandOverAsync(MemberSession session, CancellationToken cancel)
    {
        var giveUp = DateTime.UtcNow + Patience;
        await session.Runner.TransferAsync(MemberId.None).ConfigureAwait(false);
        while (session.Runner.Status is { Role: RaftRole.Leader, IsTransferring: true } && DateTime.UtcNow < giveUp)
        {
            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }

        return session.Runner.Status.Role != RaftRole.Leader;
    }

    /// <summary>Where the data is kept, or null when nothing was.</summary>
    public static async Task<string?> WipeAsync(NodeHost host, bool purge)
    {
        await host.StopSessionAsync().ConfigureAwait(false);
        host.IdentityFolder.Custody.Drop();
        var kept = Leftovers.MoveAside(host.Folder, "left", host.Clock.GetUtcNow());
        var keptIdentity = kept is null || purge ? null : Path.Combine(kept, "identity");
        host.IdentityFolder.Wipe(keptIdentity);
        if (purge && kept is not null)
        {
            Directory.Delete(kept, recursive: true);
            kept = null;
        }

        host.BecomeNew();
        return kept;
    }
}
