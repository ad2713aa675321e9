using System.Text;

namespace StartupProfile;

/// <summary>
/// Reads the events of a .nettrace file of version 4, as the runtime writes it (docs/NetTraceFormat.md of microsoft/perfview).
/// Stacks and what orders events between threads are passed over.
/// </summary>
internal static class TraceFile
{
    private const byte BeginObject = 5;
    private const byte EndObject = 6;

    // Of a header, those of its fields that differ from the event before it.
    private const int HasMetadata = 1, HasSequence = 2, HasThread = 4, HasStack = 8, HasActivity = 16, HasRelated = 32, HasSize = 128;

    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static List<TraceEvent> Read(string path)
    {
        var file = File.ReadAllBytes(path);
        var reader = new PayloadReader(file);
        Require(Encoding.ASCII.GetString(reader.Bytes(8)) == "Nettrace");
        reader.Skip(reader.Int32());

        var kinds = new Dictionary<int, (string Provider, int Id)>();
        var events = new List<TraceEvent>();
        while (reader.Byte() == BeginObject)
        {
            reader.Skip(2 + 4 + 4);
            var name = Encoding.ASCII.GetString(reader.Bytes(reader.Int32()));
            reader.Skip(1);
            ReadObject(name, file, ref reader, kinds, events);
            Require(reader.Byte() == EndObject);
        }

        return [.. events.OrderBy(e => e.At)];
    }

    private static void ReadObject(string name, byte[] file, ref PayloadReader reader, Dictionary<int, (string Provider, int Id)> kinds, List<TraceEvent> events)
    {
        if (name == "Trace")
        {
            reader.Skip(48);
            return;
        }

        var size = reader.Int32();
        reader.Align(4);
        var block = file.AsMemory(reader.Position, size);
        reader.Skip(size);
        switch (name)
        {
            case "MetadataBlock":
                ReadBlock(block, (_, _, payload) => AddKind(payload, kinds));
                break;
            case "EventBlock":
                ReadBlock(block, (at, kind, payload) => events.Add(new TraceEvent(at, kinds[kind].Provider, kinds[kind].Id, payload)));
                break;
        }
    }

    private static void AddKind(ReadOnlyMemory<byte> payload, Dictionary<int, (string Provider, int Id)> kinds)
    {
        var reader = new PayloadReader(payload.Span);
        var kind = reader.Int32();
        kinds[kind] = (reader.Text(), reader.Int32());
    }

    private static void ReadBlock(ReadOnlyMemory<byte> block, Action<long, int, ReadOnlyMemory<byte>> take)
    {
        var reader = new PayloadReader(block.Span);
        var headerSize = reader.Int16();
        Require((reader.Int16() & 1) == 1);
        reader.Skip(headerSize - 4);
        var (kind, at, size) = (0, 0L, 0);
        while (reader.Position < block.Length)
        {
            var has = reader.Byte();
            kind = (has & HasMetadata) != 0 ? (int)reader.VarUInt() : kind;
            reader.SkipVarUInts(((has & HasSequence) != 0 ? 3 : 0) + ((has & HasThread) != 0 ? 1 : 0) + ((has & HasStack) != 0 ? 1 : 0));
            at += (long)reader.VarUInt();
            reader.Skip(((has & HasActivity) != 0 ? 16 : 0) + ((has & HasRelated) != 0 ? 16 : 0));
            size = (has & HasSize) != 0 ? (int)reader.VarUInt() : size;
            take(at, kind, block.Slice(reader.Position, size));
            reader.Skip(size);
        }
    }

    private static void Require(bool isSo)
    {
        if (!isSo)
        {
            throw new InvalidDataException("This is no .nettrace file of version 4, or it is damaged");
        }
    }
}
