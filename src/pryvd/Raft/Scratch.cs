using Pryvd.Hosting;

namespace Pryvd.Raft;

/// <summary>A folder within another for what is being made; it goes, with what was moved up from it, unless that is to be kept.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string _parent;
    private readonly List<string> _moved = [];

    public Scratch(string parent)
    {
        _parent = parent;
        Path = System.IO.Path.Combine(parent, $".pryvd-{Guid.NewGuid():N}");
        DurableFile.CreateFolder(Path);
    }

    public string Path { get; }

    /// <summary>All that is in it goes into the folder above it.</summary>
    public void MoveUp()
    {
        foreach (var item in Directory.EnumerateFileSystemEntries(Path).ToList())
        {
            var target = System.IO.Path.Combine(_parent, System.IO.Path.GetFileName(item));
            Directory.Move(item, target);
            _moved.Add(target);
        }

        DurableFile.FlushFolder(_parent);
    }

    public void Keep() => _moved.Clear();

    public void Dispose()
    {
        foreach (var item in _moved.Append(Path))
        {
            if (Directory.Exists(item))
            {
                Directory.Delete(item, recursive: true);
            }
            else
            {
                File.Delete(item);
            }
        }
    }
}
