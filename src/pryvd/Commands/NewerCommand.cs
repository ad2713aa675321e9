using Pryv.Consensus;

namespace Pryvd.Commands;

/// <summary>A command that this build does not understand. Applying stops before it; nothing was changed, not even the applied index.</summary>
/// <param name="Needs">The version of the command set that it needs.</param>
public sealed record NewerCommand(LogIndex Index, uint Needs)
{
    public override string ToString() =>
        $"stopped applying before index {Index}: the command there was written by a newer version (it needs command set {Needs}, this build knows {CommandVersions.Known}). "
        + "Nothing was harmed; install the version that the other nodes run and start again.";
}
