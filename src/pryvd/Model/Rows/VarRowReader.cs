using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Pryv.Consensus;

namespace Pryvd.Model.Rows;

/// <summary>
/// Reads many rows of table vars, field by field in the order in which <see cref="VarRow"/> writes them. A document of
/// each would take most of a start; scopes and actors that repeat are held once.
/// </summary>
public sealed class VarRowReader
{
    private VarScope _scope = VarScope.Cluster;
    private Actor _actor = new("", -1, 0);

    /// <param name="row">Holds until the call returns.</param>
    /// <param name="key">Asked for the row's key when it is damaged.</param>
    /// <exception cref="RowDamageException">It does not hold what was written there.</exception>
    public ExtraVar Read(ReadOnlySpan<byte> row, Func<string> key)
    {
        try
        {
            return Read(row);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException)
        {
            throw new RowDamageException($"row '{key()}' does not hold what was written there ({damage.Message})");
        }
    }

    private ExtraVar Read(ReadOnlySpan<byte> row)
    {
        var reader = new Utf8JsonReader(row);
        Take(ref reader, JsonTokenType.StartObject);
        var item = new ExtraVar
        {
            Name = new VarName(ReadScope(ref reader), Text(ref reader, "key"u8)),
            Value = ReadValue(ref reader, row),
            Sealed = ReadSealed(ref reader),
            Deleted = Next(ref reader, "deleted"u8).GetBoolean(),
            Version = Next(ref reader, "version"u8).GetInt64(),
            OldestVersion = Next(ref reader, "oldest_version"u8).GetInt64(),
            Index = new LogIndex(Next(ref reader, "index"u8).GetInt64()),
            TimeMs = Next(ref reader, "time_ms"u8).GetInt64(),
            Actor = ReadActor(ref reader),
        };
        Take(ref reader, JsonTokenType.EndObject);
        return reader.Read() ? throw new FormatException("more follows its end") : item;
    }

    private VarScope ReadScope(ref Utf8JsonReader reader)
    {
        var text = Text(ref reader, "scope"u8);
        if (text != _scope.ToString())
        {
            _scope = VarScope.TryParse(text, out var scope) ? scope : throw new FormatException($"'{text}' is no scope");
        }

        return _scope;
    }

    /// <summary>The JSON as it was written; a secret and a deleted one have none, and no field for it.</summary>
    private static Utf8Text ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> row)
    {
        var before = reader;
        Take(ref reader, JsonTokenType.PropertyName);
        if (!reader.ValueTextEquals("json"u8))
        {
            reader = before;
            return default;
        }

        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Utf8Text(row[start..(int)reader.BytesConsumed].ToArray());
    }

    private static ByteString ReadSealed(ref Utf8JsonReader reader)
    {
        Next(ref reader, "sealed"u8);
        return reader.ValueSpan.IsEmpty ? ByteString.Empty : ByteString.CopyFrom(reader.GetBytesFromBase64());
    }

    private Actor ReadActor(ref Utf8JsonReader reader)
    {
        Next(ref reader, "actor"u8);
        var node = Text(ref reader, "node"u8);
        var actor = new Actor(node, Next(ref reader, "uid"u8).GetInt32(), Next(ref reader, "pid"u8).GetInt32());
        Take(ref reader, JsonTokenType.EndObject);
        return _actor = actor == _actor ? _actor : actor;
    }

    private static string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        Next(ref reader, name).GetString() ?? throw new FormatException($"{Encoding.UTF8.GetString(name)} is null");

    private static ref Utf8JsonReader Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Take(ref reader, JsonTokenType.PropertyName);
        if (!reader.ValueTextEquals(name))
        {
            throw new FormatException($"{Encoding.UTF8.GetString(name)} is not where it was written");
        }

        reader.Read();
        return ref reader;
    }

    private static void Take(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!reader.Read() || reader.TokenType != expected)
        {
            throw new FormatException($"there is no {expected} where one was written");
        }
    }
}
