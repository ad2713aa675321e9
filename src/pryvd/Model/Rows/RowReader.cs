using System.Text.Json;
using Google.Protobuf;
using Pryv.Consensus;

namespace Pryvd.Model.Rows;

/// <summary>Reads the fields of a stored row. Whatever is missing or of another kind is damage, and named.</summary>
public readonly struct RowReader
{
    private readonly JsonElement _row;

    private RowReader(JsonElement row) => _row = row;

    /// <summary>Reads a record from its row; <paramref name="name"/> says which row when it is damaged.</summary>
    public static T Read<T>(string name, string json, Func<RowReader, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(new RowReader(document.RootElement));
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RowDamageException($"row '{name}' does not hold what was written there ({damage.Message})");
        }
    }

    public string Text(string name) => _row.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    public long Number(string name) => _row.GetProperty(name).GetInt64();

    public int Int(string name) => _row.GetProperty(name).GetInt32();

    public uint Unsigned(string name) => _row.GetProperty(name).GetUInt32();

    public bool Flag(string name) => _row.GetProperty(name).GetBoolean();

    public LogIndex Index(string name) => new(Number(name));

    public ByteString Bytes(string name) => ByteString.FromBase64(Text(name));

    /// <summary>The JSON text of the field as it was written, empty when there is none.</summary>
    public string Json(string name) => _row.TryGetProperty(name, out var field) ? field.GetRawText() : "";

    public RowReader Object(string name) => new(_row.GetProperty(name));

    public bool IsNull(string name) => _row.GetProperty(name).ValueKind == JsonValueKind.Null;

    public bool Has(string name) => _row.TryGetProperty(name, out _);

    public IReadOnlyList<string> Texts(string name) =>
        [.. _row.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? throw new FormatException($"{name} holds null"))];

    public IReadOnlyList<T> Objects<T>(string name, Func<RowReader, T> read) =>
        [.. _row.GetProperty(name).EnumerateArray().Select(item => read(new RowReader(item)))];

    /// <summary>The names of the object's fields in the order in which they were written.</summary>
    public IReadOnlyList<string> Names => [.. _row.EnumerateObject().Select(item => item.Name)];

    public TagSet Tags(string name) => TagSet.From(_row.GetProperty(name).EnumerateObject()
        .Select(tag => KeyValuePair.Create(tag.Name, tag.Value.GetString() ?? "")));

    public IReadOnlyList<long> Numbers(string name) => [.. _row.GetProperty(name).EnumerateArray().Select(number => number.GetInt64())];

    public Actor Actor(string name)
    {
        var actor = Object(name);
        return new Actor(actor.Text("node"), actor.Int("uid"), actor.Int("pid"));
    }
}
