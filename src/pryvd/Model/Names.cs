namespace Pryvd.Model;

/// <summary>Which names and keys are valid: ASCII only, so that they sort and compare the same everywhere.</summary>
public static class Names
{
    public const int MaxName = 128;

    public const int MaxKey = 256;

    /// <summary>Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, at most 128.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxName && text.AsSpan().IndexOfAnyExcept(Characters.Name) < 0;

    /// <summary>As a name, and <c>/</c>, at most 256.</summary>
    public static bool IsKey(string text) =>
        text.Length is > 0 and <= MaxKey && text.AsSpan().IndexOfAnyExcept(Characters.Key) < 0;

    /// <summary>Hexadecimal digits, as serial numbers and request ids are written.</summary>
    public static bool IsHex(string text, int minimum, int maximum) =>
        text.Length >= minimum && text.Length <= maximum && text.AsSpan().IndexOfAnyExcept(Characters.Hex) < 0;

    private static class Characters
    {
        private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

        public static readonly System.Buffers.SearchValues<char> Name = System.Buffers.SearchValues.Create(Letters + "._-");

        public static readonly System.Buffers.SearchValues<char> Key = System.Buffers.SearchValues.Create(Letters + "._-/");

        public static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
    }
}
