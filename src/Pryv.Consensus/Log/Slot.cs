namespace Pryv.Consensus.Log;

/// <summary>Where in its segment an entry's record begins, and the bytes of its data.</summary>
internal readonly record struct Slot(int Offset, int Length)
{
    public int End => Offset + RecordHeader.SizeOf(Length);
}
