namespace Pryv.Consensus.Log;

/// <summary>Brings a log back from its files: finds where it begins, replays it, cuts a torn tail and reports any other damage.</summary>
internal sealed class LogRecovery(SegmentFolder folder)
{
    /// <summary>Returns what the log holds and the number of its last group, all of it durable.</summary>
    public (LogContents Contents, long LastGroup) Run()
    {
        var sequences = folder.Sequences();
        if (sequences.Count == 0)
        {
            throw new InvalidOperationException("There is no log in the folder. Create one, or check the data folder's name.");
        }

        var segments = OpenFromStart(sequences);
        try
        {
            folder.DeleteUnfinished();
            folder.Delete(sequences.TakeWhile(sequence => sequence < segments[0].Header.Sequence));
            return Replay(segments);
        }
        catch
        {
            segments.ForEach(segment => segment.Drop());
            throw;
        }
    }

    /// <summary>Opens the segments from the one that begins the log; those before it were about to be deleted.</summary>
    private List<Segment> OpenFromStart(IReadOnlyList<long> sequences)
    {
        var segments = new List<Segment>();
        try
        {
            for (var i = sequences.Count - 1; i >= 0 && (segments.Count == 0 || segments[0].Header.Kind != SegmentKind.Start); i--)
            {
                segments.Insert(0, OpenSegment(sequences[i]));
            }
        }
        catch
        {
            segments.ForEach(segment => segment.Drop());
            throw;
        }

        var begin = IndexOfBegin(segments);
        segments.GetRange(0, begin).ForEach(segment => segment.Drop());
        return segments.GetRange(begin, segments.Count - begin);
    }

    private Segment OpenSegment(long sequence)
    {
        var file = folder.Open(sequence);
        try
        {
            var header = SegmentHeaderCodec.Read(file);
            return header.Sequence == sequence
                ? new Segment(file, header)
                : throw new LogDamageException(file.Name, 24, $"it is segment {header.Sequence} by its header");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A base below that of the first segment means that a compaction was interrupted: it had dropped more than this.</summary>
    private static int IndexOfBegin(List<Segment> segments)
    {
        var lowest = segments.Min(segment => segment.BaseIndex);
        return segments.FindIndex(segment => segment.BaseIndex == lowest);
    }

    private static (LogContents Contents, long LastGroup) Replay(List<Segment> segments)
    {
        var contents = new LogContents(segments[0]);
        var replay = new SegmentReplay(contents, segments[0]);
        replay.Run();
        foreach (var segment in segments.Skip(1))
        {
            replay.RequireCleanEnd();
            RequireThatItContinues(contents, segment, replay.NextGroup);
            contents.Add(segment);
            replay = new SegmentReplay(contents, segment);
            replay.Run();
        }

        RequireCommitted(contents);
        replay.RepairEnd();
        return (contents, replay.NextGroup - 1);
    }

    private static void RequireThatItContinues(LogContents contents, Segment segment, long group)
    {
        var before = contents.Active.Header;
        var header = segment.Header;
        var position = header.Base.Position;
        var what =
            header.Sequence != before.Sequence + 1 ? $"segment {before.Sequence + 1} before it is missing" :
            !IdentityContinues(before.Identity, header) ? $"it belongs to {header.Identity}, the one before it to {before.Identity}" :
            header.FirstGroup != group ? $"it begins with group {header.FirstGroup}, the one before it ends before group {group}" :
            position.Index > contents.Last ? $"it begins after entry {position.Index}, the one before it ends at {contents.Last}" :
            contents.TermAt(position.Index) != position.Term ? $"the entry before it is not of term {position.Term}" :
            !HardStateContinues(contents.HardState, header) ? "its hard state is not the one that was in force" :
            null;
        if (what is not null)
        {
            throw new LogDamageException(segment.File.Name, 0, what);
        }
    }

    private static bool IdentityContinues(LogIdentity before, SegmentHeader header) => header.Kind == SegmentKind.Rebase
        ? header.Identity.Cluster == before.Cluster && header.Identity.Epoch > before.Epoch
        : header.Identity == before;

    /// <summary>The commit index may differ: compaction raises it without a record.</summary>
    private static bool HardStateContinues(HardState before, SegmentHeader header) => header.Kind == SegmentKind.Rebase
        ? header.HardState.Term >= before.Term
        : header.HardState.Term == before.Term && header.HardState.VotedFor == before.VotedFor;

    private static void RequireCommitted(LogContents contents)
    {
        if (contents.HardState.Commit > contents.Last)
        {
            var active = contents.Active;
            throw new LogDamageException(
                active.File.Name,
                active.End,
                $"the log ends at entry {contents.Last}, although {contents.HardState.Commit} was known to be committed");
        }
    }
}
