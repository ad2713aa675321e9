using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pryvd.Cli.VarFiles;

/// <summary>What a scalar means by the core schema of YAML 1.2: yes, no, on and off are strings; 010 is ten.</summary>
internal static partial class YamlScalar
{
    public const string TextTag = "tag:yaml.org,2002:str";

    public static bool IsNull(Scalar scalar) => IsPlain(scalar) && scalar.Value is "" or "~" or "null" or "Null" or "NULL" && IsPlain(scalar);

    /// <summary>False for numbers that JSON has not (infinity, not a number, or beyond its range).</summary>
    public static bool TryRead(Scalar scalar, out JsonNode? value)
    {
        value = null;
        if (!IsPlain(scalar))
        {
            value = JsonValue.Create(scalar.Value);
            return true;
        }

        return IsNull(scalar) || TryReadPlain(scalar.Value, out value);
    }

    /// <summary>Whether a plain text would be read back as the string that it is.</summary>
    public static bool IsText(string text) =>
        text is not ("" or "~" or "null" or "Null" or "NULL") && TryReadPlain(text, out var value) && value is JsonValue read && read.TryGetValue<string>(out _);

    private static bool IsPlain(Scalar scalar) => scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.Value == VarFile.SecretTag);

    private static bool TryReadPlain(string text, out JsonNode? value)
    {
        value = text switch
        {
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when Infinite().IsMatch(text) => null,
            _ when Based().IsMatch(text) => OfBase(text),
            _ when Number().IsMatch(text) => OfDecimal(text),
            _ => JsonValue.Create(text),
        };
        return value is not null;
    }

    private static JsonNode? OfBase(string text)
    {
        var digits = text[2..];
        var fits = text[1] == 'x' ? digits.TrimStart('0').Length <= 15 : digits.TrimStart('0').Length <= 20;
        return fits ? JsonValue.Create(Convert.ToInt64(digits, text[1] == 'x' ? 16 : 8)) : null;
    }

    // Kept digit by digit where JSON can write it so; a double would round.
    private static JsonNode? OfDecimal(string text)
    {
        if (JsonNumber().IsMatch(text))
        {
            return JsonNode.Parse(text);
        }

        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number))
        {
            return null;
        }

        return Math.Abs(number) < 1e15 && number == Math.Floor(number) ? JsonValue.Create((long)number) : JsonValue.Create(number);
    }

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Infinite();

    [GeneratedRegex(@"^0(x[0-9a-fA-F]+|o[0-7]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Based();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
