using Pryv.Consensus;
using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>
/// Where the state machine lives, with the durability of SQLite in WAL mode without flushes: a killed process loses
/// nothing, a power cut leaves the last checkpoint or some later prefix of what was applied since.
/// </summary>
public sealed class StateStore(KeyValueState initial)
{
    private readonly List<Entry> _sinceCheckpoint = [];
    private KeyValueState _checkpoint = initial.Clone();

    public KeyValueState Current { get; private set; } = initial;

    public object? Apply(Entry entry)
    {
        _sinceCheckpoint.Add(entry);
        return Current.Apply(entry);
    }

    public void Checkpoint()
    {
        _checkpoint = Current.Clone();
        _sinceCheckpoint.Clear();
    }

    /// <summary>Another state takes the place of this one, durably.</summary>
    public void Replace(KeyValueState state)
    {
        Current = state;
        Checkpoint();
    }

    public void PowerCut(SeededRandom random)
    {
        Current = _checkpoint.Clone();
        var survivors = _sinceCheckpoint.GetRange(0, random.Next(_sinceCheckpoint.Count + 1));
        _sinceCheckpoint.Clear();
        foreach (var entry in survivors)
        {
            Apply(entry);
        }
    }
}
