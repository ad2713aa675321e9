namespace Pryvd.Store;

/// <summary>A row on its way to the disk.</summary>
/// <param name="bytes">Table, key and value with a zero byte between them: what the digest is made of.</param>
/// <param name="keyStart">Where in it the key begins.</param>
/// <param name="keyLength">In bytes.</param>
/// <param name="isDeleted">The row goes; there is no value.</param>
/// <param name="isNew">The disk has no row of this key.</param>
internal readonly ref struct PendingRow(ReadOnlySpan<byte> bytes, int keyStart, int keyLength, bool isDeleted, bool isNew)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public ReadOnlySpan<byte> Key => Bytes.Slice(keyStart, keyLength);

    /// <summary>What comes before the value, whichever it is.</summary>
    public ReadOnlySpan<byte> Head => Bytes[..(keyStart + keyLength + 1)];

    public ReadOnlySpan<byte> Value => Bytes[(keyStart + keyLength + 1)..];

    public bool IsDeleted { get; } = isDeleted;

    public bool IsNew { get; } = isNew;
}
