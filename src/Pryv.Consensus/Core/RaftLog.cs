using Pryv.Consensus.Log;

namespace Pryv.Consensus.Core;

/// <summary>
/// The log as the core sees it: the newest entries in memory, among them all that are not yet durable, the older ones
/// behind <see cref="IEntryReader"/>. It also keeps how far the log is durable, committed and applied.
/// </summary>
internal sealed class RaftLog
{
    private readonly List<Entry> recent = [];
    private readonly int cacheBytes;
    private readonly IEntryReader stored;
    private LogIndex recentFirst;
    private long recentBytes;
    private LogIndex handedOut;

    public RaftLog(IEntryReader stored, LogPosition start, LogIndex commit, LogIndex applied, int cacheBytes)
    {
        this.stored = stored;
        this.cacheBytes = cacheBytes;
        Start = start;
        Durable = stored.Last;
        handedOut = stored.Last;
        recentFirst = stored.Last.Next();
        Commit = commit;
        Applied = applied;
        InvariantException.Require(applied <= commit && commit <= stored.Last, $"the log ends at {stored.Last} but {commit} is committed and {applied} applied: entries were lost");
    }

    /// <summary>The position before the first entry.</summary>
    public LogPosition Start { get; private set; }

    public LogIndex Last => recentFirst + (recent.Count - 1);

    /// <summary>Everything up to here is on this member's disk.</summary>
    public LogIndex Durable { get; private set; }

    public LogIndex Commit { get; private set; }

    /// <summary>Everything up to here has been handed out to be applied.</summary>
    public LogIndex Applied { get; private set; }

    public LogPosition LastPosition => new(Last, TermAt(Last)!.Value);

    /// <summary>Whether there are entries that have not been handed out to be made durable.</summary>
    public bool HasUnpersisted => Last > handedOut;

    /// <summary>The term of an entry; null when the log does not hold it, or no longer.</summary>
    public Term? TermAt(LogIndex index)
    {
        if (index == Start.Index)
        {
            return Start.Term;
        }

        if (index < Start.Index || index > Last)
        {
            return null;
        }

        return index >= recentFirst ? recent[(int)(index - recentFirst)].Term : stored.TermAt(index);
    }

    public bool Matches(LogPosition position) => TermAt(position.Index) == position.Term;

    /// <summary>Adds entries at the end; those that replace others must differ from them in term.</summary>
    public void Append(IReadOnlyList<Entry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        TruncateFrom(entries[0].Index);
        InvariantException.Require(entries[0].Index == Last.Next(), $"entry {entries[0].Index} does not follow {Last}");
        foreach (var entry in entries)
        {
            recent.Add(entry);
            recentBytes += entry.Size;
        }
    }

    /// <summary>Entries from <paramref name="first"/> on, at least one, at most <paramref name="maxBytes"/>; empty at the end of the log.</summary>
    public IReadOnlyList<Entry> Read(LogIndex first, LogIndex last, int maxBytes)
    {
        if (first > last)
        {
            return [];
        }

        if (first < recentFirst)
        {
            return stored.Read(first, LogIndex.Min(last, recentFirst.Previous()), maxBytes);
        }

        var from = (int)(first - recentFirst);
        var end = from;
        var size = 0L;
        while (end <= last - recentFirst && (end == from || size + recent[end].Size <= maxBytes))
        {
            size += recent[end++].Size;
        }

        return recent.GetRange(from, end - from);
    }

    /// <summary>What is to be made durable next; it is handed out once.</summary>
    public IReadOnlyList<Entry> TakeUnpersisted()
    {
        var entries = recent.GetRange((int)(handedOut.Next() - recentFirst), (int)(Last - handedOut));
        handedOut = Last;
        return entries;
    }

    /// <summary>Everything up to <paramref name="position"/> is on disk, unless it was replaced meanwhile.</summary>
    public void Persisted(LogPosition position)
    {
        if (position.Index > Durable && Matches(position))
        {
            Durable = position.Index;
            Trim();
        }
    }

    public void CommitTo(LogIndex index)
    {
        if (index > Commit)
        {
            InvariantException.Require(index <= Last, $"commit {index} lies past the end of the log at {Last}");
            Commit = index;
        }
    }

    /// <summary>What is committed, durable here and not yet handed out to be applied; it is handed out once.</summary>
    public IReadOnlyList<Entry> TakeCommitted(int maxBytes)
    {
        var entries = Read(Applied.Next(), LogIndex.Min(Commit, Durable), maxBytes);
        Applied += entries.Count;
        return entries;
    }

    public bool HasCommitted => LogIndex.Min(Commit, Durable) > Applied;

    /// <summary>Entries up to <paramref name="start"/> have left the log's files.</summary>
    public void Compacted(LogPosition start)
    {
        InvariantException.Require(start.Index <= Applied, $"the log was cut at {start.Index}, applied is only {Applied}");
        if (start.Index <= Start.Index)
        {
            return;
        }

        Start = start;
        while (recent.Count > 0 && recentFirst <= start.Index)
        {
            DropOldest(1);
        }
    }

    /// <summary>A snapshot took the place of everything.</summary>
    public void Reset(LogPosition snapshot)
    {
        recent.Clear();
        recentBytes = 0;
        recentFirst = snapshot.Index.Next();
        Start = snapshot;
        Durable = handedOut = Commit = Applied = snapshot.Index;
    }

    /// <summary>The last position at or before <paramref name="index"/> whose term is at most <paramref name="term"/>: where two logs may still agree.</summary>
    public LogPosition LastAtMost(LogIndex index, Term term)
    {
        index = LogIndex.Min(index, Last);
        while (index > Start.Index && TermAt(index) is { } found && found > term)
        {
            index = index.Previous();
        }

        return new LogPosition(index, TermAt(index) ?? Term.Zero);
    }

    private void TruncateFrom(LogIndex index)
    {
        if (index > Last)
        {
            return;
        }

        InvariantException.Require(index > Commit, $"entry {index} is committed and must not be replaced");
        Durable = LogIndex.Min(Durable, index.Previous());
        handedOut = LogIndex.Min(handedOut, index.Previous());
        if (index <= recentFirst)
        {
            recent.Clear();
            recentBytes = 0;
            recentFirst = index;
            return;
        }

        var keep = (int)(index - recentFirst);
        recentBytes -= recent.Skip(keep).Sum(e => (long)e.Size);
        recent.RemoveRange(keep, recent.Count - keep);
    }

    private void Trim()
    {
        if (recentBytes <= 2L * cacheBytes)
        {
            return;
        }

        var drop = 0;
        var bytes = recentBytes;
        var until = LogIndex.Min(Durable, Applied);
        while (drop < recent.Count && bytes > cacheBytes && recentFirst + drop <= until)
        {
            bytes -= recent[drop++].Size;
        }

        DropOldest(drop);
    }

    private void DropOldest(int count)
    {
        for (var i = 0; i < count; i++)
        {
            recentBytes -= recent[i].Size;
        }

        recent.RemoveRange(0, count);
        recentFirst += count;
    }
}
