using System.Text;
using System.Text.Json;

namespace Pryvd.Commands;

/// <summary>Whether a text is one valid JSON value.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.JsonDepth };

    public static bool IsValid(string json)
    {
        // A lone surrogate would become something else on its way to the disk.
        var bytes = Encoding.UTF8.GetBytes(json);
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
