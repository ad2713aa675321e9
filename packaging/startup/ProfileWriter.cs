using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace StartupProfile;

/// <summary>
/// Writes methods as a profile for the ahead-of-time compiler (.mibc): an assembly whose code loads a token of each of them,
/// in one method for each set of assemblies that they need. A global method, AssemblyDictionary, lists those.
/// </summary>
internal sealed class ProfileWriter
{
    private const int Weight = 1_000_000;

    private readonly MetadataBuilder _metadata = new();
    private readonly Modules _modules;
    private readonly Rows _rows;
    private readonly SortedDictionary<string, InstructionEncoder> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<EntityHandle> _written = [];

    public ProfileWriter(Modules modules) => (_modules, _rows) = (modules, new Rows(_metadata));

    /// <summary>How many methods are written.</summary>
    public int Count => _written.Count;

    /// <summary>Adds the methods of a recording that are not there yet; those of no assembly that is at hand, as stubs are, are left out.</summary>
    public void Add(Recording recording)
    {
        var references = new References(_rows, _modules, recording);
        foreach (var method in recording.Methods)
        {
            references.Needed.Clear();
            if (references.Method(method) is { } reference && _written.Add(reference))
            {
                Write(reference, references.Needed);
            }
        }
    }

    public void Save(string path)
    {
        var bodies = new MethodBodyStreamEncoder(new BlobBuilder());
        var list = new InstructionEncoder(new BlobBuilder());
        foreach (var (name, code) in _groups)
        {
            list.LoadString(_metadata.GetOrAddUserString(name));
            list.OpCode(ILOpCode.Ldtoken);
            list.Token(AddMethod("Assemblies_" + name, code, bodies));
            list.OpCode(ILOpCode.Pop);
        }

        AddMethod("AssemblyDictionary", list, bodies);
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var module = _metadata.GetOrAddString(Path.GetFileName(path));
        _metadata.AddModule(0, module, _metadata.GetOrAddGuid(Guid.Empty), default, default);
        _metadata.AddAssembly(module, new Version(0, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        var image = new BlobBuilder();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata), bodies.Builder,
            deterministicIdProvider: _ => new BlobContentId(Guid.Empty, 1)).Serialize(image);
        using var file = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        using var entry = file.CreateEntry(Path.GetFileName(path) + ".dll", CompressionLevel.SmallestSize).Open();
        image.WriteContentTo(entry);
    }

    private void Write(EntityHandle method, IEnumerable<string> needed)
    {
        var group = string.Join(';', needed.Distinct()) + ";";
        if (!_groups.TryGetValue(group, out var code))
        {
            _groups[group] = code = new InstructionEncoder(new BlobBuilder());
        }

        // What is used first weighs most.
        code.OpCode(ILOpCode.Ldtoken);
        code.Token(method);
        code.LoadString(_metadata.GetOrAddUserString("ExclusiveWeight"));
        code.LoadConstantI4(Weight - Count);
        code.OpCode(ILOpCode.Pop);
    }

    private MethodDefinitionHandle AddMethod(string name, InstructionEncoder code, MethodBodyStreamEncoder bodies)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, result => result.Void(), _ => { });
        return _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name),
            _metadata.GetOrAddBlob(signature), bodies.AddMethodBody(code), MetadataTokens.ParameterHandle(1));
    }
}
