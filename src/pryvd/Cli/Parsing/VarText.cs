using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pryv.V1;

namespace Pryvd.Cli.Parsing;

/// <summary>Turns KEY=VALUE into an assignment: a value is JSON where it parses as JSON, else a string.</summary>
internal static class VarText
{
    /// <summary>Whether a value is guessed, or forced to be one of the two.</summary>
    public enum Reading
    {
        Guess,
        Text,
        Json,
    }

    /// <summary>The most that one value may have, in bytes; the daemon takes no more.</summary>
    public const int MaxValueBytes = 1 << 20;

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>Assignments for a set; @FILE and - (standard input) stand for their content.</summary>
    public static async Task<IReadOnlyList<VarAssignment>> Read(
        IReadOnlyList<string> pairs, Reading reading, Terminal terminal, CancellationToken stop)
    {
        var split = Pairs.Distinct(pairs, "").ToList();
        if (split.Count(pair => pair.Value == "-") > 1)
        {
            throw CliException.Usage("Two variables cannot both be read from standard input; give one of them as KEY=@FILE.");
        }

        var assignments = new List<VarAssignment>();
        foreach (var (key, value) in split)
        {
            var text = await Content(key, value, terminal, stop);
            assignments.Add(new VarAssignment { Key = key, Json = ToJson(key, text, reading) });
        }

        return assignments;
    }

    /// <summary>KEY to JSON text, as the vars of init, join and commission go.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadMap(string[]? pairs, Terminal terminal, CancellationToken stop) =>
        (await Read(pairs ?? [], Reading.Guess, terminal, stop)).ToDictionary(assignment => assignment.Key, assignment => assignment.Json);

    /// <summary>The JSON text of a value.</summary>
    public static string ToJson(string key, string text, Reading reading)
    {
        if (reading == Reading.Text)
        {
            return Quote(text);
        }

        try
        {
            using var document = JsonDocument.Parse(text, _strict);
            return Compact(document.RootElement);
        }
        catch (JsonException e) when (reading == Reading.Json)
        {
            throw CliException.Usage(
                $"The value of '{key}' is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).",
                "leave --json away to set a string, and mind the shell's quotes: 'key={\"a\": 1}'");
        }
        catch (JsonException)
        {
            return Quote(text);
        }
    }

    private static string Compact(JsonElement value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();

    private static async Task<string> Content(string key, string value, Terminal terminal, CancellationToken stop)
    {
        if (value == "-")
        {
            return WithoutLastNewline(await BoundedText.FromStream(terminal.In, "standard input", MaxValueBytes, stop));
        }

        return value.StartsWith('@') ? WithoutLastNewline(await FromFile(key, value[1..], stop)) : value;
    }

    private static async Task<string> FromFile(string key, string path, CancellationToken stop) =>
        path == ""
            ? throw CliException.Usage($"'{key}=@' names no file.", "to set the text '@', write it as JSON: 'key=\"@\"'")
            : await BoundedText.FromFile(path, MaxValueBytes, stop);

    // An editor and echo leave one; nobody means it.
    private static string WithoutLastNewline(string text) => text.EndsWith('\n') ? text[..^1] : text;
}
