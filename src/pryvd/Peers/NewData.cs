using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryvd.Observers;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>What a node that was admitted begins with: the empty log of a new member, or an observer's mark. Everything else comes from the peers.</summary>
internal static class NewData
{
    /// <param name="folder">Where.</param>
    /// <param name="clusterId">Of which cluster.</param>
    /// <param name="member">The member that the node is to be; empty for an observer.</param>
    /// <param name="epoch">The cluster's epoch.</param>
    public static void Create(DataFolder folder, string clusterId, string member, Epoch epoch)
    {
        if (member.Length == 0)
        {
            ObserverMark.Write(folder, epoch);
            return;
        }

        var id = MemberId.TryParse(member, out var parsed)
            ? parsed
            : throw new IdentityException($"The cluster gave the member id '{member}', which is none.");
        DurableLog.Create(new LibcDisk(folder.LogPath), IdentityOf(clusterId, id, epoch), LogBase.Empty, default, LogOptions.Default).Dispose();
    }

    public static LogIdentity IdentityOf(string clusterId, MemberId member, Epoch epoch) => new(Guid.ParseExact(clusterId, "N"), member, epoch);
}
