using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace StartupProfile;

/// <summary>The assemblies that the program was compiled from, by name.</summary>
internal sealed class Modules(string folder) : IDisposable
{
    private readonly Dictionary<string, PEReader?> _files = [];

    /// <summary>Null where the folder has no such assembly.</summary>
    public MetadataReader? Find(string name)
    {
        if (!_files.TryGetValue(name, out var file))
        {
            var path = Path.Combine(folder, name + ".dll");
            _files[name] = file = File.Exists(path) ? new PEReader(File.OpenRead(path)) : null;
        }

        return file?.GetMetadataReader();
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file?.Dispose();
        }
    }
}
