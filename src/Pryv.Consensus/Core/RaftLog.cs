using Pryv.Consensus.Log;

namespace Pryv.Consensus.Core;

/// <summary>
/// The log as the core sees it: the newest entries in memory, among them all that are not yet durable, the older ones
/// behind <see cref="IEntryReader"/>. It also keeps how far the log is durable, committed and applied.
/// </summary>
internal sealed class RaftLog
{
    private readonly List<Entry> _recent = [];
    private readonly int _cacheBytes;
    private readonly IEntryReader _stored;
    private LogIndex _recentFirst;
    private long _recentBytes;
    private LogIndex _handedOut;
    private Term _lastTerm;

    public RaftLog(IEntryReader stored, LogPosition start, LogIndex commit, LogIndex applied, int cacheBytes)
    {
        _stored = stored;
        _cacheBytes = cacheBytes;
        Start = start;
        Durable = _stored.Last;
        _handedOut = _stored.Last;
        _recentFirst = _stored.Last.Next();
        Commit = commit;
        Applied = applied;
        _lastTerm = _stored.TermAt(_stored.Last);
        InvariantException.Require(applied <= commit && commit <= _stored.Last, $"the log ends at {_stored.Last} but {commit} is committed and {applied} applied: entries were lost");
    }

    /// <summary>The position before the first entry.</summary>
    public LogPosition Start { get; private set; }

    public LogIndex Last => _recentFirst + (_recent.Count - 1);

    /// <summary>Everything up to here is on this member's disk.</summary>
    public LogIndex Durable { get; private set; }

    public LogIndex Commit { get; private set; }

    /// <summary>Everything up to here has been handed out to be applied.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>Known without a look at the disk: votes are answered while a snapshot takes the place of the log there.</summary>
    public LogPosition LastPosition => new(Last, _lastTerm);

    /// <summary>Whether there are entries that have not been handed out to be made durable.</summary>
    public bool HasUnpersisted => Last > _handedOut;

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

        return index >= _recentFirst ? _recent[(int)(index - _recentFirst)].Term : _stored.TermAt(index);
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
            _recent.Add(entry);
            _recentBytes += entry.Size;
        }

        _lastTerm = entries[^1].Term;
    }

    /// <summary>Entries from <paramref name="first"/> on, at least one, at most <paramref name="maxBytes"/>; empty at the end of the log.</summary>
    public IReadOnlyList<Entry> Read(LogIndex first, LogIndex last, int maxBytes)
    {
        if (first > last)
        {
            return [];
        }

        if (first < _recentFirst)
        {
            return _stored.Read(first, LogIndex.Min(last, _recentFirst.Previous()), maxBytes);
        }

        var from = (int)(first - _recentFirst);
        var end = from;
        var size = 0L;
        while (end <= last - _recentFirst && (end == from || size + _recent[end].Size <= maxBytes))
        {
            size += _recent[end++].Size;
        }

        return _recent.GetRange(from, end - from);
    }

    /// <summary>What is to be made durable next; it is handed out once.</summary>
    public IReadOnlyList<Entry> TakeUnpersisted()
    {
        var entries = _recent.GetRange((int)(_handedOut.Next() - _recentFirst), (int)(Last - _handedOut));
        _handedOut = Last;
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
        while (_recent.Count > 0 && _recentFirst <= start.Index)
        {
            DropOldest(1);
        }
    }

    /// <summary>A snapshot took the place of everything.</summary>
    public void Reset(LogPosition snapshot)
    {
        _recent.Clear();
        _recentBytes = 0;
        _recentFirst = snapshot.Index.Next();
        Start = snapshot;
        _lastTerm = snapshot.Term;
        Durable = _handedOut = Commit = Applied = snapshot.Index;
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

    /// <summary>Lets go of entries in memory that are durable and were handed out; they are read from disk when they are asked for.</summary>
    public void LetGo()
    {
        TrimTo(0);
        _recent.TrimExcess();
    }

    private void TruncateFrom(LogIndex index)
    {
        if (index > Last)
        {
            return;
        }

        InvariantException.Require(index > Commit, $"entry {index} is committed and must not be replaced");
        Durable = LogIndex.Min(Durable, index.Previous());
        _handedOut = LogIndex.Min(_handedOut, index.Previous());
        if (index <= _recentFirst)
        {
            _recent.Clear();
            _recentBytes = 0;
            _recentFirst = index;
            return;
        }

        var keep = (int)(index - _recentFirst);
        _recentBytes -= _recent.Skip(keep).Sum(e => (long)e.Size);
        _recent.RemoveRange(keep, _recent.Count - keep);
    }

    private void Trim()
    {
        if (_recentBytes > 2L * _cacheBytes)
        {
            TrimTo(_cacheBytes);
        }
    }

    private void TrimTo(long most)
    {
        var drop = 0;
        var bytes = _recentBytes;
        var until = LogIndex.Min(Durable, Applied);
        while (drop < _recent.Count && bytes > most && _recentFirst + drop <= until)
        {
            bytes -= _recent[drop++].Size;
        }

        DropOldest(drop);
    }

    private void DropOldest(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _recentBytes -= _recent[i].Size;
        }

        _recent.RemoveRange(0, count);
        _recentFirst += count;
    }
}
