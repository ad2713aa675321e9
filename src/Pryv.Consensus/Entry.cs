namespace Pryv.Consensus;

/// <summary>One entry of the replicated log. <paramref name="Data"/> is not to be changed by anyone who holds it.</summary>
public sealed record Entry(LogIndex Index, Term Term, EntryKind Kind, ReadOnlyMemory<byte> Data)
{
    /// <summary>What the entry counts against limits in bytes: its data and a fixed share for its header.</summary>
    public int Size => SizeOf(Data.Length);

    /// <summary>The <see cref="Size"/> of an entry with that many bytes of data.</summary>
    public static int SizeOf(int dataBytes) => dataBytes + 32;
}
