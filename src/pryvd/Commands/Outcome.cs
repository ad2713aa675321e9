using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>What a command came to: its reply, the state after it, and the rows that changed, events among them.</summary>
public sealed record Outcome(CommandReply Reply, ClusterState After, IReadOnlyList<RowChange> Changes);
