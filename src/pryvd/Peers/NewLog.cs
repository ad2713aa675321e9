using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>The empty log of a new member; everything comes from the peers.</summary>
internal static class NewLog
{
    public static void Create(DataFolder folder, string clusterId, MemberId member, Epoch epoch)
    {
        var identity = new LogIdentity(Guid.ParseExact(clusterId, "N"), member, epoch);
        DurableLog.Create(new LibcDisk(folder.LogPath), identity, LogBase.Empty, default, LogOptions.Default).Dispose();
    }
}
