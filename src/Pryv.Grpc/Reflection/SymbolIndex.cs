using Google.Protobuf.Reflection;

namespace Pryv.Grpc.Reflection;

/// <summary>The files behind a set of services, by name, by what they define and by what they extend.</summary>
internal sealed class SymbolIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public SymbolIndex(IEnumerable<ServiceDescriptor> services)
    {
        foreach (var service in services)
        {
            Add(service.File);
        }
    }

    public FileDescriptor? FileByName(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FileOfSymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    public FileDescriptor? FileOfExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>The numbers of a type's extensions, in order; null where the type is unknown.</summary>
    public IEnumerable<int>? ExtensionNumbers(string type) =>
        _symbols.ContainsKey(type) ? _extensions.GetValueOrDefault(type)?.Keys.AsEnumerable() ?? [] : null;

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        AddAll(file, file.Services);
        AddAll(file, file.Services.SelectMany(service => service.Methods));
        AddAll(file, file.EnumTypes);
        AddExtensions(file, file.Extensions);
        foreach (var message in file.MessageTypes)
        {
            AddMessage(file, message);
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }
    }

    private void AddMessage(FileDescriptor file, MessageDescriptor message)
    {
        _symbols[message.FullName] = file;
        AddAll(file, message.Fields.InDeclarationOrder());
        AddAll(file, message.EnumTypes);
        AddExtensions(file, message.Extensions);
        foreach (var nested in message.NestedTypes)
        {
            AddMessage(file, nested);
        }
    }

    private void AddAll(FileDescriptor file, IEnumerable<IDescriptor> symbols)
    {
        foreach (var symbol in symbols)
        {
            _symbols[symbol.FullName] = file;
        }
    }

    private void AddExtensions(FileDescriptor file, ExtensionCollection extensions)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            _symbols[extension.FullName] = file;
            if (!_extensions.TryGetValue(extension.ExtendeeType.FullName, out var numbers))
            {
                _extensions[extension.ExtendeeType.FullName] = numbers = [];
            }

            numbers[extension.FieldNumber] = file;
        }
    }
}
