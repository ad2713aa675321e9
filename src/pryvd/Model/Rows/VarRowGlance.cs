using System.Text;

namespace Pryvd.Model.Rows;

/// <summary>What a variable counts against the cluster's limit, found in its row without making the variable.</summary>
public static class VarRowGlance
{
    /// <summary>
    /// <see cref="ExtraVar.Size"/>; null for a deleted one, and for any row that does not look as <see cref="VarRow"/> writes them: these are to be
    /// read. What follows <c>deleted</c> is not looked at.
    /// </summary>
    /// <param name="key">The row's key, <c>SCOPE:KEY</c>.</param>
    public static int? LivingSize(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        var colon = key.IndexOf((byte)':');
        if (colon < 0 || !Take(ref row, "{\"scope\":\""u8) || !Take(ref row, key[..colon]) || !Take(ref row, "\",\"key\":\""u8)
            || !Take(ref row, key[(colon + 1)..]) || !Take(ref row, "\","u8))
        {
            return null;
        }

        // A value may hold the same text, but nothing after the field can.
        var valueEnd = row.LastIndexOf("\"sealed\":\""u8);
        var rest = valueEnd < 0 ? default : row[valueEnd..];
        Take(ref rest, "\"sealed\":\""u8);
        var sealedEnd = rest.IndexOf((byte)'"');
        return sealedEnd >= 0 && rest[sealedEnd..].StartsWith("\",\"deleted\":false,"u8)
            && ValueChars(row[..valueEnd]) is { } chars && Base64Bytes(rest[..sealedEnd]) is { } bytes
            ? ExtraVar.SizeOf(chars, bytes)
            : null;
    }

    /// <param name="field">Nothing, or <c>"json":VALUE,</c>.</param>
    private static int? ValueChars(ReadOnlySpan<byte> field) =>
        field.IsEmpty ? 0 : Take(ref field, "\"json\":"u8) && field.EndsWith(","u8) ? Encoding.UTF8.GetCharCount(field[..^1]) : null;

    private static int? Base64Bytes(ReadOnlySpan<byte> text)
    {
        var padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        return text.Length % 4 == 0 ? (text.Length / 4 * 3) - padding : null;
    }

    private static bool Take(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }
}
