using System.Globalization;

namespace Pryvd.Model.Components;

/// <summary>One numbered copy of a component, written <c>core/0</c>; sorts by component, then by number.</summary>
public readonly record struct InstanceId(string Component, int Ordinal) : IComparable<InstanceId>
{
    public static bool TryParse(string text, out InstanceId id)
    {
        var slash = text.LastIndexOf('/');
        var isId = slash > 0 && Names.IsName(text[..slash])
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            && ordinal < ComponentSpec.MaxCount && text.Length - slash - 1 == (ordinal == 0 ? 1 : 1 + (int)Math.Log10(ordinal));
        id = isId ? new InstanceId(text[..slash], int.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture)) : default;
        return isId;
    }

    public int CompareTo(InstanceId other) =>
        string.CompareOrdinal(Component, other.Component) is var order and not 0 ? order : Ordinal.CompareTo(other.Ordinal);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Component}/{Ordinal}");
}
