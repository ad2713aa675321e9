using System.Text;

namespace Pryvd.Model;

/// <summary>Text that is kept as UTF-8: half of what a string takes, and of that there are a hundred thousand.</summary>
public readonly struct Utf8Text(byte[] bytes) : IEquatable<Utf8Text>
{
    private readonly byte[]? _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>How many UTF-16 code units the text has as a string.</summary>
    public int CharCount => Encoding.UTF8.GetCharCount(Bytes);

    public static Utf8Text From(string text) => new(Encoding.UTF8.GetBytes(text));

    public static bool operator ==(Utf8Text left, Utf8Text right) => left.Equals(right);

    public static bool operator !=(Utf8Text left, Utf8Text right) => !left.Equals(right);

    public bool Equals(Utf8Text other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Utf8Text other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
