namespace Pryv.Consensus;

/// <summary>An entry's index with its term; two logs that agree on one agree on all before it (log matching, Raft, section 5.3).</summary>
public readonly record struct LogPosition(LogIndex Index, Term Term)
{
    public static readonly LogPosition Zero = new(LogIndex.Zero, Term.Zero);

    /// <summary>Whether a log that ends here is at least as up to date as one that ends at <paramref name="other"/> (Raft, section 5.4.1).</summary>
    public bool IsAtLeast(LogPosition other) =>
        Term > other.Term || (Term == other.Term && Index >= other.Index);
}
