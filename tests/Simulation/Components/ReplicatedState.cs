using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;

namespace Simulation.Components;

/// <summary>
/// What consensus gives, without how: one order of commands, and the state after each. The clusters of <see cref="SimRun"/> show that the real
/// log gives that; here it is taken for granted, so that time goes to leaders, agents and clocks.
/// </summary>
internal sealed class ReplicatedState : IRecords
{
    private readonly CommandApplier _applier = new();
    private readonly List<ClusterState> _states = [ClusterState.Empty];

    public LogIndex Last => new(_states.Count - 1);

    public ClusterState Newest => _states[^1];

    public long EventCount => 0;

    public ClusterState At(LogIndex index) => _states[(int)index.Value];

    public (LogIndex Index, CommandReply Reply) Commit(CommandEnvelope envelope, long nowMs)
    {
        (envelope.Version, envelope.TimeMs) = (1, nowMs);
        var index = Last.Next();

        // Through the wire, so that nothing is shared with who proposed it.
        var outcome = _applier.Apply(Newest, this, new EntryCommand(index, CommandEnvelope.Parser.ParseFrom(envelope.ToByteArray())));
        _states.Add(outcome.After);
        return (index, outcome.Reply);
    }

    public CommandReply? FindReply(RequestId id) => null;

    public IEnumerable<KeptEvent> OldestEvents() => [];

    public IEnumerable<RequestId> OldestRequests() => [];
}
