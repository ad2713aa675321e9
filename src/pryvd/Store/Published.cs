using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>The state as of one applied batch; swapped as a whole for those who read.</summary>
/// <param name="Events">The newest events, so that those who follow need not look at the disk.</param>
internal sealed record Published(ClusterState State, Progress Progress, EventTail Events);
