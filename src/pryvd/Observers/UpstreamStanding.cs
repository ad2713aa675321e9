using Pryv.Consensus.Observers;
using Pryv.Internal.V1;

namespace Pryvd.Observers;

/// <summary>The upstream of now and what it said last.</summary>
/// <param name="Node">Whom this node pulls from.</param>
/// <param name="IsPlanned">Whether it is one of the plan's; while it is not, nobody may pull from here.</param>
/// <param name="Said">How it stood.</param>
/// <param name="HeardAt">When it said so, by the monotonic clock.</param>
public sealed record UpstreamStanding(TreeNode Node, bool IsPlanned, Standing Said, long HeardAt);
