using Pryv.Internal.V1;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>How a node stands, for those who pull from it.</summary>
internal static class Standings
{
    public static Standing Of(ClusterSession session)
    {
        var leader = session.Leads ? new PeerAt(session.NodeId, session.Parts.Address) : session.Leader;
        return new Standing
        {
            Commit = session.Commit.Value,
            Applied = session.Store.Applied.Value,
            Term = session.Term.Value,
            LeaderNode = leader?.Node ?? "",
            LeaderAddress = leader?.Address ?? "",
            AgeMs = (long?)session.LeaderSilence?.TotalMilliseconds ?? -1,
            StateAgeMs = (long?)session.Age?.TotalMilliseconds ?? -1,
            Depth = session.Depth ?? -1,
        };
    }
}
