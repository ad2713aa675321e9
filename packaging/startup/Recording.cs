namespace StartupProfile;

/// <summary>The methods that a process compiled or took from its image, and what their ids stand for.</summary>
internal sealed class Recording
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const int BulkType = 15, MethodDetails = 72, MethodLoad = 143, ModuleLoad = 152, EntryPoint = 159;

    private readonly Dictionary<ulong, TracedMethod> _details = [];
    private readonly List<TracedMethod> _methods = [];

    /// <summary>In the order of their first use.</summary>
    public IReadOnlyList<TracedMethod> Methods => _methods;

    public Dictionary<ulong, TracedType> Types { get; } = [];

    /// <summary>The file name of each module.</summary>
    public Dictionary<ulong, string> Modules { get; } = [];

    /// <exception cref="InvalidDataException">It is no recording.</exception>
    public static Recording Read(string path)
    {
        var recording = new Recording();
        var used = new List<ulong>();
        foreach (var e in TraceFile.Read(path).Where(e => e.Provider == Runtime))
        {
            recording.Take(e, used);
        }

        recording._methods.AddRange(used.Distinct().Where(recording._details.ContainsKey).Select(id => recording._details[id]));
        return recording;
    }

    private void Take(TraceEvent e, List<ulong> used)
    {
        var reader = new PayloadReader(e.Payload.Span);
        switch (e.Id)
        {
            case BulkType:
                ReadTypes(ref reader);
                break;
            case MethodDetails:
                ReadMethod(ref reader);
                break;
            case ModuleLoad:
                var module = reader.UInt64();
                reader.Skip(8 + 4 + 4);
                Modules[module] = Path.GetFileNameWithoutExtension(reader.Text());
                break;
            case MethodLoad or EntryPoint:
                used.Add(reader.UInt64());
                break;
        }
    }

    private void ReadTypes(ref PayloadReader reader)
    {
        var count = reader.Int32();
        reader.Skip(2);
        for (var i = 0; i < count; i++)
        {
            var id = reader.UInt64();
            var module = reader.UInt64();
            var token = reader.Int32();
            reader.Skip(4);
            var element = reader.Byte();
            reader.Text();
            Types[id] = new TracedType(module, token, element, reader.UInt64s(reader.Int32()));
        }
    }

    private void ReadMethod(ref PayloadReader reader)
    {
        var id = reader.UInt64();
        var type = reader.UInt64();
        var token = reader.Int32();
        var count = reader.Int32();
        reader.Skip(8);
        _details[id] = new TracedMethod(type, token, reader.UInt64s(count));
    }
}
