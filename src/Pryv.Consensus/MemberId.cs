using System.Globalization;

namespace Pryv.Consensus;

/// <summary>
/// Names one log of one node. It is random, stands in the log's header and is never used twice: a node that lost its
/// log comes back as a new member, because its old one may have voted and acknowledged what the new one forgot.
/// </summary>
public readonly record struct MemberId(ulong Value) : IComparable<MemberId>
{
    public static readonly MemberId None = new(0);

    public bool IsNone => Value == 0;

    public int CompareTo(MemberId other) => Value.CompareTo(other.Value);

    /// <summary>Reads the form that <see cref="ToString"/> writes (1 to 16 hexadecimal digits).</summary>
    public static bool TryParse(string? text, out MemberId id)
    {
        var parsed = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        id = new MemberId(value);
        return parsed && value != 0;
    }

    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
