using System.Security.Cryptography;
using System.Text;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>A value as an event holds it: itself, or its size and hash when it is long.</summary>
internal static class EventValue
{
    public static string Of(string json) => json.Length <= Limits.EventValueCharacters ? json : Summary(Encoding.UTF8.GetBytes(json));

    private static string Summary(byte[] value) => new CanonicalJson()
        .Number("bytes", value.Length)
        .Text("sha256", Convert.ToHexStringLower(SHA256.HashData(value)))
        .EndText();
}
