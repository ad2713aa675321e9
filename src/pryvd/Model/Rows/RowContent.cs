namespace Pryvd.Model.Rows;

/// <summary>
/// What a row holds: canonical JSON in UTF-8, so that the same record is the same bytes on every node. A record can stand for
/// its bytes until they are written: many a row is replaced before.
/// </summary>
public abstract class RowContent
{
    /// <summary>The record, where it has not become bytes already.</summary>
    public virtual object? Record => null;

    /// <summary>The bytes; they hold until the scratch is used again.</summary>
    public abstract ReadOnlySpan<byte> Write(CanonicalJson scratch);

    /// <param name="record">Must not change any more.</param>
    /// <param name="fill">Puts the record's fields into an empty object.</param>
    public static RowContent Of<T>(T record, Action<T, CanonicalJson> fill) where T : class => new Recorded<T>(record, fill);

    public static implicit operator RowContent?(byte[]? bytes) => bytes is null ? null : new Written(bytes);

    public byte[] ToArray() => Write(new CanonicalJson()).ToArray();

    private sealed class Written(byte[] bytes) : RowContent
    {
        public override ReadOnlySpan<byte> Write(CanonicalJson scratch) => bytes;
    }

    private sealed class Recorded<T>(T record, Action<T, CanonicalJson> fill) : RowContent where T : class
    {
        public override object Record => record;

        public override ReadOnlySpan<byte> Write(CanonicalJson scratch)
        {
            scratch.Clear();
            fill(record, scratch);
            return scratch.Close();
        }
    }
}
