namespace Pryv.Consensus.Log;

/// <summary>
/// The durable log of one member: entries and hard state in segment files, see DESIGN.md. One thread appends, flushes,
/// compacts and resets; any other may read what has been appended. What was appended is durable once
/// <see cref="Flush"/> has returned. After a <see cref="DiskException"/> every further call throws it again, because
/// nobody knows what is on the disk then.
/// </summary>
public sealed class DurableLog : IEntryReader, IDisposable
{
    private readonly Lock _gate = new();
    private readonly LogWriter _writer;
    private LogContents _contents;
    private volatile DiskException? _failure;

    private DurableLog(LogWriter writer, LogContents contents)
    {
        _writer = writer;
        _contents = contents;
    }

    public LogIdentity Identity => Look(contents => contents.Identity);

    /// <summary>What stands before the first entry.</summary>
    public LogBase Base => Look(contents => contents.Base);

    public HardState HardState => Look(contents => contents.HardState);

    public LogIndex First => Look(contents => contents.Base.Position.Index.Next());

    public LogIndex Last => Look(contents => contents.Last);

    /// <summary>The configuration entries that the log holds, ascending; the list never changes once handed out.</summary>
    public IReadOnlyList<Entry> Configurations => Look(contents => contents.Configurations);

    public static bool Exists(IDisk disk) => new SegmentFolder(disk).Sequences().Count > 0;

    /// <summary>Creates a log that holds nothing but <paramref name="start"/>; refuses a folder that has a log.</summary>
    public static DurableLog Create(IDisk disk, LogIdentity identity, LogBase start, HardState hardState, LogOptions options)
    {
        var folder = new SegmentFolder(disk);
        if (folder.Sequences().Count > 0)
        {
            throw new InvalidOperationException("There is a log in the folder already. Open it, or choose an empty folder.");
        }

        folder.DeleteUnfinished();
        AppendRules.RequireHardState(hardState, hardState, start.Position.Index);
        var writer = new LogWriter(folder, options, lastGroup: 0);
        return new DurableLog(writer, new LogContents(writer.BeginLog(identity, 1, start, hardState)));
    }

    /// <summary>Opens the log of a folder, cuts a torn tail and throws <see cref="LogDamageException"/> on any other damage.</summary>
    public static DurableLog Open(IDisk disk, LogOptions options)
    {
        var folder = new SegmentFolder(disk);
        var (contents, lastGroup) = new LogRecovery(folder).Run();
        return new DurableLog(new LogWriter(folder, options, lastGroup), contents);
    }

    public Term TermAt(LogIndex index) => Look(contents => contents.TermAt(index));

    public IReadOnlyList<Entry> Read(LogIndex first, LogIndex last, int maxBytes)
    {
        IReadOnlyList<EntryRun> runs;
        lock (_gate)
        {
            ThrowIfFailed();
            runs = _contents.Locate(first, last, maxBytes);
            ForEachSegment(runs, segment => segment.Retain());
        }

        return ReadRuns(runs);
    }

    private List<Entry> ReadRuns(IReadOnlyList<EntryRun> runs)
    {
        try
        {
            var entries = new List<Entry>();
            foreach (var run in runs)
            {
                run.ReadInto(entries);
            }

            return entries;
        }
        finally
        {
            lock (_gate)
            {
                ForEachSegment(runs, segment => segment.Release());
            }
        }
    }

    /// <summary>
    /// Entries that follow <paramref name="after"/>, as <see cref="Read"/> gives them; null when the log does not hold them
    /// (any more), however it is being cut meanwhile.
    /// </summary>
    public IReadOnlyList<Entry>? TryRead(LogIndex after, LogIndex last, int maxBytes)
    {
        IReadOnlyList<EntryRun> runs;
        lock (_gate)
        {
            ThrowIfFailed();
            if (after < _contents.Base.Position.Index || after >= _contents.Last)
            {
                return null;
            }

            runs = _contents.Locate(after.Next(), last, maxBytes);
            ForEachSegment(runs, segment => segment.Retain());
        }

        return ReadRuns(runs);
    }

    /// <summary>
    /// Writes one group: after a crash it is there as a whole or not at all. A first entry at or before
    /// <see cref="Last"/> voids all entries from its index on.
    /// </summary>
    public void Append(HardState? hardState, IReadOnlyList<Entry> entries)
    {
        ThrowIfFailed();
        if (hardState is null && entries.Count == 0)
        {
            return;
        }

        AppendRules.Require(_contents, hardState, entries);
        RememberFailure(() => AppendGroup(hardState, entries));
    }

    /// <summary>Makes all that was appended durable. Its failure is final.</summary>
    public void Flush()
    {
        ThrowIfFailed();
        RememberFailure(() => _writer.Flush(_contents.Active));
    }

    /// <summary>Replaces the log by one that holds nothing but <paramref name="start"/>; a crash leaves the one or the other.</summary>
    public void Reset(LogBase start, HardState hardState)
    {
        ThrowIfFailed();
        AppendRules.RequireHardState(HardState, hardState, start.Position.Index);
        RememberFailure(() =>
        {
            var sequence = _contents.Active.Header.Sequence + 1;
            var contents = new LogContents(_writer.BeginLog(Identity, sequence, start, hardState));
            var old = _contents.Segments;
            lock (_gate)
            {
                _contents = contents;
                Drop(old);
            }

            _writer.Delete(old);
        });
    }

    /// <summary>Drops the segments that hold only entries up to <paramref name="index"/>; the one being written stays.</summary>
    public void CompactTo(LogIndex index)
    {
        ThrowIfFailed();
        RememberFailure(() =>
        {
            IReadOnlyList<Segment> removed;
            lock (_gate)
            {
                removed = _contents.RemoveFirst(_contents.CountUpTo(index));
                Drop(removed);
            }

            _writer.Delete(removed);
        });
    }

    /// <summary>
    /// Forced recovery: the entries stay, the log goes on under a new identity, and a configuration entry of
    /// <paramref name="hardState"/>'s term follows the last entry. Durable when it returns; a crash leaves the old or the new.
    /// </summary>
    public void Rebase(LogIdentity identity, HardState hardState, ReadOnlyMemory<byte> configuration)
    {
        ThrowIfFailed();
        RequireNextEpoch(identity);
        Entry[] entries = [new Entry(Last.Next(), hardState.Term, EntryKind.Configuration, configuration)];
        AppendRules.RequireHardState(HardState with { VotedFor = MemberId.None }, hardState, Last);
        AppendRules.Require(_contents, null, entries);
        RememberFailure(() => AppendInNewSegment(SegmentKind.Rebase, identity, hardState, null, entries));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Drop(_contents.Segments);
        }
    }

    private static void Drop(IReadOnlyList<Segment> segments)
    {
        foreach (var segment in segments)
        {
            segment.Drop();
        }
    }

    private static void ForEachSegment(IReadOnlyList<EntryRun> runs, Action<Segment> action)
    {
        foreach (var run in runs)
        {
            action(run.Segment);
        }
    }

    private void AppendGroup(HardState? hardState, IReadOnlyList<Entry> entries)
    {
        var active = _contents.Active;
        var cutsActive = entries.Count > 0 && entries[0].Index <= active.BaseIndex;
        if (cutsActive || GroupWriter.SizeOf(hardState, entries) > active.Room)
        {
            AppendInNewSegment(SegmentKind.Continue, Identity, _contents.HardState, hardState, entries);
            return;
        }

        _writer.Write(active, hardState, entries);
        TakeIn(null, active.End, hardState, entries);
    }

    private void AppendInNewSegment(
        SegmentKind kind, LogIdentity identity, HardState inForce, HardState? hardState, IReadOnlyList<Entry> entries)
    {
        var start = _contents.BaseAt(entries.Count > 0 ? entries[0].Index.Previous() : _contents.Last);
        var segment = _writer.Begin(kind, identity, _contents.Active, start, inForce, hardState, entries);
        TakeIn(segment, segment.End, hardState, entries);
    }

    /// <summary>Takes a group that ends at <paramref name="end"/> into the contents, and the segment first if it is new.</summary>
    private void TakeIn(Segment? begun, int end, HardState? hardState, IReadOnlyList<Entry> entries)
    {
        lock (_gate)
        {
            if (begun is not null)
            {
                _contents.Add(begun);
            }

            _contents.HardState = hardState ?? _contents.HardState;
            var offset = end - (int)GroupWriter.SizeOf(null, entries);
            for (var i = 0; i < entries.Count; i++)
            {
                var slot = new Slot(offset, entries[i].Data.Length);
                _contents.Add(entries[i], slot);
                offset = slot.End;
            }
        }
    }

    private void RequireNextEpoch(LogIdentity identity)
    {
        if (identity.Cluster != Identity.Cluster || identity.Epoch <= Identity.Epoch || identity.Member == Identity.Member)
        {
            throw new ArgumentException($"{identity} is not a later epoch and a new member after {Identity}.", nameof(identity));
        }
    }

    private T Look<T>(Func<LogContents, T> question)
    {
        lock (_gate)
        {
            return question(_contents);
        }
    }

    private void RememberFailure(Action change)
    {
        try
        {
            change();
        }
        catch (DiskException failure)
        {
            _failure = failure;
            throw;
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new DiskException(failure.Message, failure);
        }
    }
}
