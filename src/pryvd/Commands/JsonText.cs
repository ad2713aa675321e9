using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Pryvd.Commands;

/// <summary>Whether a text is one valid JSON value.</summary>
internal static class JsonText
{
    private const int OnStack = 1_024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.JsonDepth };

    public static bool IsValid(string json)
    {
        // A lone surrogate would become something else on its way to the disk.
        var most = Encoding.UTF8.GetMaxByteCount(json.Length);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        try
        {
            var room = rented ?? stackalloc byte[OnStack];
            return IsValid(room[..Encoding.UTF8.GetBytes(json, room)]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static bool IsValid(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, Options);
        try
        {
            while (reader.Read())
            {
            }

            return bytes.Length > 0;
        }
        catch (JsonException)
        {
            // That it does not parse is the answer.
            return false;
        }
    }
}
