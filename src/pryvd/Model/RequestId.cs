using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>Identifies a request across retries: 32 hexadecimal digits, and the applied index when it was made.</summary>
public readonly record struct RequestId(string Digits, LogIndex MadeAt)
{
    public const int Length = 32;

    public bool IsNone => Digits.Length == 0;

    public bool IsValid => Names.IsHex(Digits, Length, Length) && MadeAt >= LogIndex.Zero;

    /// <summary>Reads the form that <see cref="ToString"/> writes, as the API gives it out.</summary>
    public static bool TryParse(string text, out RequestId id)
    {
        id = new RequestId("", LogIndex.Zero);
        var dash = text.IndexOf('-');
        if (dash < 0 || !long.TryParse(text.AsSpan(dash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        id = new RequestId(text[..dash], new LogIndex(index));
        return id.IsValid;
    }

    /// <summary>32 digits, a dash and the index.</summary>
    public override string ToString() => $"{Digits}-{MadeAt}";
}
