namespace Pryv.Consensus.Log;

/// <summary>What an append must obey; a caller that does not has a bug, and nothing is written.</summary>
internal static class AppendRules
{
    /// <summary>Bytes of one append; a segment's offsets are 32-bit.</summary>
    private const long MaxGroupBytes = 1024L * 1024 * 1024;

    public static void Require(LogContents contents, HardState? hardState, IReadOnlyList<Entry> entries)
    {
        RequireOrder(contents, entries);
        var last = entries.Count == 0 ? contents.Last : entries[^1].Index;
        if (hardState is { } state)
        {
            RequireHardState(contents.HardState, state, last);
        }

        if (GroupWriter.SizeOf(hardState, entries) > MaxGroupBytes)
        {
            throw new ArgumentException($"One append holds at most {MaxGroupBytes} bytes.", nameof(entries));
        }
    }

    public static void RequireHardState(HardState before, HardState next, LogIndex last)
    {
        if (next.Term < before.Term || (next.Term == before.Term && !before.VotedFor.IsNone && next.VotedFor != before.VotedFor))
        {
            throw new ArgumentException($"A vote is never taken back: {next} after {before}.", nameof(next));
        }

        if (next.Commit > last)
        {
            throw new ArgumentException($"Commit {next.Commit} lies after the last entry {last}.", nameof(next));
        }
    }

    private static void RequireOrder(LogContents contents, IReadOnlyList<Entry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var first = entries[0].Index;
        if (first > contents.Last.Next() || first <= contents.HardState.Commit)
        {
            throw new ArgumentException(
                $"Entry {first} does not fit: the log ends at {contents.Last} and is committed up to {contents.HardState.Commit}.",
                nameof(entries));
        }

        var before = new LogPosition(first.Previous(), contents.TermAt(first.Previous()));
        for (var i = 0; i < entries.Count; i++)
        {
            RequireAfter(before, entries[i]);
            before = new LogPosition(entries[i].Index, entries[i].Term);
        }
    }

    private static void RequireAfter(LogPosition before, Entry entry)
    {
        if (entry.Index != before.Index.Next() || entry.Term < before.Term)
        {
            throw new ArgumentException($"Entry {entry.Index} of term {entry.Term} does not follow {before}.", nameof(entry));
        }

        if (entry.Kind > EntryKind.Configuration)
        {
            throw new ArgumentException($"The log knows no entries of kind {entry.Kind}.", nameof(entry));
        }

        if (entry.Kind == EntryKind.Configuration && entry.Data.Length > SegmentHeaderCodec.MaxConfigurationBytes)
        {
            throw new ArgumentException(
                $"A configuration holds at most {SegmentHeaderCodec.MaxConfigurationBytes} bytes.", nameof(entry));
        }
    }
}
