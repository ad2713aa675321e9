using Pryv.Consensus;

namespace Simulation;

/// <summary>Log matching, by induction: an entry's index and term name its contents and the term of the entry before, on every disk (Raft, section 5.3).</summary>
public sealed class LogMatchingCheck
{
    private readonly Dictionary<LogPosition, (Term? Before, ulong Contents)> _entries = [];

    public void Holds(Machine machine, IReadOnlyList<Entry> entries)
    {
        Term? before = null;
        foreach (var entry in entries)
        {
            Holds(machine, entry, before);
            before = entry.Term;
        }
    }

    public static ulong Hash(Entry entry)
    {
        var hash = 14695981039346656037UL ^ (ulong)entry.Kind;
        foreach (var part in entry.Data.Span)
        {
            hash = (hash ^ part) * 1099511628211UL;
        }

        return hash;
    }

    private void Holds(Machine machine, Entry entry, Term? before)
    {
        var position = new LogPosition(entry.Index, entry.Term);
        var contents = Hash(entry);
        var (knownBefore, knownContents) = _entries.GetValueOrDefault(position, (before, contents));
        SimulationException.Require(knownContents == contents, $"log matching: {machine.Name} holds other contents at {Describe.Of(position)}");
        SimulationException.Require(
            knownBefore is null || before is null || knownBefore == before,
            $"log matching: before {Describe.Of(position)} {machine.Name} holds term {before}, others hold {knownBefore}");
        _entries[position] = (knownBefore ?? before, contents);
    }
}
