using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>The state as of one committed batch; swapped as a whole for those who read.</summary>
internal sealed record Published(ClusterState State, AppliedRow Applied);
