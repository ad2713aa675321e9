namespace Pryvd.Agent.Artifacts;

/// <summary>
/// The folder that an archive is unpacked into. Names are judged before anything is made; links are made last, so that nothing is ever
/// written through one; what may be made is files, folders and links that stay inside.
/// </summary>
internal sealed class UnpackTarget(string folder, UnpackLimits limits, long packedBytes)
{
    private const int MaxDepth = 64;
    private const int MaxPath = 2_048;
    private const int MaxName = 255;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Nobody but the owner writes; no set-user-id, no sticky bit.</summary>
    private const UnixFileMode FileModes = FolderMode & ~UnixFileMode.UserWrite;

    private readonly Dictionary<string, Kind> _made = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Target)> _links = [];
    private readonly SpareRoom _room = new(folder);
    private readonly byte[] _buffer = new byte[128 << 10];
    private readonly long _maxBytes = limits.BytesFor(packedBytes);
    private long _bytes;
    private int _entries;

    private enum Kind
    {
        Folder,
        File,
        Link,
    }

    public void Folder(string name)
    {
        Count(name);
        if (Relative(name) is { Length: > 0 } path)
        {
            MakeFolders(path, name);
        }
    }

    public void File(string name, Stream content, UnixFileMode mode)
    {
        Count(name);
        var path = New(name, Kind.File);
        Copy(content, path, mode, name);
    }

    /// <summary>A second name for a file that came before becomes a copy.</summary>
    public void HardLink(string name, string target, UnixFileMode mode)
    {
        Count(name);
        var source = Relative(target);
        if (_made.GetValueOrDefault(source, Kind.Folder) != Kind.File)
        {
            throw Refused(name, $"it is a hard link to '{Shown(target)}', which is no file that came before it");
        }

        var path = New(name, Kind.File);
        using var content = System.IO.File.OpenRead(Path.Combine(folder, source));
        Copy(content, path, mode, name);
    }

    public void Link(string name, string target)
    {
        Count(name);
        var path = New(name, Kind.Link);
        RequireInside(name, path, target);
        _links.Add((path, target));
    }

    /// <summary>All entries have come.</summary>
    public void Finish()
    {
        foreach (var (path, target) in _links)
        {
            System.IO.File.CreateSymbolicLink(Path.Combine(folder, path), target);
        }
    }

    public static ArtifactException Refused(string name, string why) =>
        new($"The archive is refused at its entry '{Shown(name)}': {why}. Make it again without that.", isFinal: true);

    private void Count(string name)
    {
        if (++_entries > limits.Entries)
        {
            throw Refused(name, $"it has more than {limits.Entries} entries");
        }
    }

    /// <summary>The path below the folder, empty for the folder itself.</summary>
    private static string Relative(string name)
    {
        if (name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || name.Any(char.IsControl))
        {
            throw Refused(name, "its name is absolute, or holds a backslash or a control character");
        }

        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToList();
        if (parts.Contains(".."))
        {
            throw Refused(name, "its name leads out of the folder");
        }

        return parts.Count > MaxDepth || name.Length > MaxPath || parts.Any(p => System.Text.Encoding.UTF8.GetByteCount(p) > MaxName)
            ? throw Refused(name, $"its name is longer than {MaxPath} characters, deeper than {MaxDepth} folders, or has a part of more than {MaxName} bytes")
            : string.Join('/', parts);
    }

    private string New(string name, Kind kind)
    {
        var path = Relative(name);
        if (path.Length == 0 || _made.ContainsKey(path))
        {
            throw Refused(name, path.Length == 0 ? "it has no name" : "another entry has this name");
        }

        if (path.LastIndexOf('/') is var slash and > 0)
        {
            MakeFolders(path[..slash], name);
        }

        _made[path] = kind;
        return path;
    }

    private void MakeFolders(string path, string name)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            if (!_made.TryAdd(part, Kind.Folder) && _made[part] != Kind.Folder)
            {
                throw Refused(name, $"'{Shown(part)}' came before and is no folder");
            }

            Directory.CreateDirectory(Path.Combine(folder, part), FolderMode);
            if (end < 0)
            {
                return;
            }
        }
    }

    /// <summary>
    /// A link climbs only at its beginning, from a folder that is none itself; then it goes down, through links for which the same holds.
    /// So wherever it ends is inside.
    /// </summary>
    private static void RequireInside(string name, string path, string target)
    {
        var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToList();
        var climbs = parts.TakeWhile(p => p == "..").Count();
        if (target.Length is 0 or > MaxPath || target.StartsWith('/') || target.Any(char.IsControl) || climbs > path.Count(c => c == '/') || parts.Skip(climbs).Contains(".."))
        {
            throw Refused(name, $"it is a link to '{Shown(target)}', which leads out of the folder or climbs in its middle");
        }
    }

    private void Copy(Stream content, string path, UnixFileMode mode, string name)
    {
        using var file = new FileStream(Path.Combine(folder, path), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = (mode & FileModes) | UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        for (int read; (read = content.Read(_buffer)) > 0;)
        {
            _bytes += read;
            if (_bytes > _maxBytes)
            {
                throw Refused(name, $"more than {_maxBytes} bytes come out of {packedBytes} packed ones");
            }

            _room.Take(read);
            file.Write(_buffer, 0, read);
        }
    }

    private static string Shown(string name) => string.Concat(Model.Clip.To(name, 120).Select(c => char.IsControl(c) ? '?' : c));
}
