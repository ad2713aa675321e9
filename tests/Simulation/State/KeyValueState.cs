using Pryv.Consensus;

namespace Simulation;

/// <summary>
/// The state machine: registers, the last request of each client with its reply (Raft, section 8), the position applied
/// last and the configuration in force there. The digest is kept by change, row by row.
/// </summary>
public sealed class KeyValueState
{
    private readonly SortedDictionary<int, long> _values = [];
    private readonly SortedDictionary<long, (long Number, long Reply)> _requests = [];

    public LogPosition Applied { get; private set; }

    public ReadOnlyMemory<byte> Configuration { get; private set; }

    public ulong Digest { get; private set; }

    public static KeyValueState Initial(ReadOnlyMemory<byte> configuration) => new() { Configuration = configuration };

    public long Get(int key) => _values.GetValueOrDefault(key);

    /// <summary>Applies the next entry; the reply to its request, null for entries without one.</summary>
    public object? Apply(Entry entry)
    {
        SimulationException.Require(
            entry.Index == Applied.Index.Next(), $"entry {entry.Index} was to be applied after {Applied.Index}");
        Applied = new LogPosition(entry.Index, entry.Term);
        switch (entry.Kind)
        {
            case EntryKind.Configuration:
                Configuration = entry.Data;
                return null;
            case EntryKind.Command:
                return Apply(Command.Decode(entry.Data.Span));
            default:
                return null;
        }
    }

    public KeyValueState Clone()
    {
        var clone = new KeyValueState { Applied = Applied, Configuration = Configuration, Digest = Digest };
        foreach (var (key, value) in _values)
        {
            clone._values[key] = value;
        }

        foreach (var (client, last) in _requests)
        {
            clone._requests[client] = last;
        }

        return clone;
    }

    public byte[] Encode()
    {
        var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        writer.Write(Applied.Index.Value);
        writer.Write(Applied.Term.Value);
        writer.Write(Configuration.Length);
        writer.Write(Configuration.Span);
        writer.Write(_values.Count);
        foreach (var (key, value) in _values)
        {
            writer.Write(key);
            writer.Write(value);
        }

        writer.Write(_requests.Count);
        foreach (var (client, (number, reply)) in _requests)
        {
            writer.Write(client);
            writer.Write(number);
            writer.Write(reply);
        }

        writer.Write(Digest);
        return stream.ToArray();
    }

    /// <summary>The digest comes out anew from the rows and must be the one that was sent along.</summary>
    public static KeyValueState Decode(byte[] bytes)
    {
        var reader = new BinaryReader(new MemoryStream(bytes));
        var state = new KeyValueState
        {
            Applied = new LogPosition(new LogIndex(reader.ReadInt64()), new Term(reader.ReadInt64())),
            Configuration = reader.ReadBytes(reader.ReadInt32()),
        };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            state.Put(reader.ReadInt32(), reader.ReadInt64());
        }

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            state.Remember(reader.ReadInt64(), (reader.ReadInt64(), reader.ReadInt64()));
        }

        SimulationException.Require(state.Digest == reader.ReadUInt64(), "a snapshot's digest does not fit its rows");
        return state;
    }

    private object? Apply(Command command)
    {
        if (_requests.TryGetValue(command.Client, out var last) && command.Number <= last.Number)
        {
            return command.Number == last.Number ? last.Reply : null;
        }

        var before = Get(command.Key);
        Put(command.Key, command.Value);
        Remember(command.Client, (command.Number, before));
        return before;
    }

    private void Put(int key, long value)
    {
        Digest ^= _values.TryGetValue(key, out var before) ? Hash(1, key, before, 0) : 0;
        Digest ^= Hash(1, key, value, 0);
        _values[key] = value;
    }

    private void Remember(long client, (long Number, long Reply) request)
    {
        Digest ^= _requests.TryGetValue(client, out var before) ? Hash(2, client, before.Number, before.Reply) : 0;
        Digest ^= Hash(2, client, request.Number, request.Reply);
        _requests[client] = request;
    }

    private static ulong Hash(long table, long key, long first, long second)
    {
        var hash = 14695981039346656037UL;
        foreach (var part in (ReadOnlySpan<long>)[table, key, first, second])
        {
            hash = (hash ^ (ulong)part) * 1099511628211UL;
            hash ^= hash >> 29;
        }

        return hash;
    }
}
