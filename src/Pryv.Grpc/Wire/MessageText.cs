using System.Text;

namespace Pryv.Grpc.Wire;

/// <summary>The percent-encoding of <c>grpc-message</c>.</summary>
internal static class MessageText
{
    // Many peers take no more than 8 KiB of headers in all; a longer sentence must not cost them the status.
    private const int MaxCharacters = 1024;

    public static string Encode(string text)
    {
        var bounded = text.Length <= MaxCharacters ? text : string.Concat(text.AsSpan(0, MaxCharacters - 1), "…");
        return bounded.All(IsPlain) ? bounded : EncodeBytes(Encoding.UTF8.GetBytes(bounded));
    }

    /// <summary>Decodes what it can: a malformed sequence stays as it is, since a bad sentence must not hide the status.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsEscape(text, i))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '%';

    private static bool IsEscape(string text, int i) =>
        text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]);

    private static string EncodeBytes(byte[] bytes)
    {
        var encoded = new StringBuilder(bytes.Length + 16);
        foreach (var b in bytes)
        {
            _ = IsPlain((char)b) ? encoded.Append((char)b) : encoded.Append('%').Append(b.ToString("X2"));
        }

        return encoded.ToString();
    }
}
