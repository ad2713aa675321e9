using System.Security.Cryptography;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>A value as an event holds it: itself, or its size and hash when it is long.</summary>
internal static class EventValue
{
    public static Utf8Text Of(Utf8Text json) =>
        json.Bytes.Length <= Limits.EventValueCharacters || json.CharCount <= Limits.EventValueCharacters ? json : Summary(json.Bytes);

    private static Utf8Text Summary(ReadOnlySpan<byte> value) => new(new CanonicalJson()
        .Number("bytes", value.Length)
        .Text("sha256", Convert.ToHexStringLower(SHA256.HashData(value)))
        .End());
}
