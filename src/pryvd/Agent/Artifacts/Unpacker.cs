using System.Formats.Tar;
using System.IO.Compression;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Artifacts;

/// <summary>Unpacks an artifact into a new folder; whatever the archive holds, nothing outside that folder is touched.</summary>
internal static class Unpacker
{
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int FolderType = 0x4000;
    private const int LinkType = 0xA000;
    private const int MaxLinkBytes = 4_096;

    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Program = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="artifact">Path of the content.</param>
    /// <param name="reference">What it is.</param>
    /// <param name="folder">There, and empty.</param>
    /// <param name="limits">What it may come to.</param>
    /// <exception cref="ArtifactException">It is refused or damaged, or the disk is full.</exception>
    public static void Unpack(string artifact, ArtifactRef reference, string folder, UnpackLimits limits)
    {
        try
        {
            using var content = File.OpenRead(artifact);
            var target = new UnpackTarget(folder, limits, content.Length);
            switch (reference.Format)
            {
                case ArtifactFormat.TarGz: UnpackTar(content, target); break;
                case ArtifactFormat.Zip: UnpackZip(content, target); break;
                default: PutFile(content, reference.Name, target); break;
            }

            target.Finish();
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException or ArgumentException)
        {
            throw new ArtifactException($"The archive {Clip.To(reference.Name, Names.MaxName)} is damaged or no {Word(reference.Format)}: {damage.Message}", isFinal: true, damage);
        }
        catch (IOException failure)
        {
            throw ArtifactException.Of(failure, $"The archive {Clip.To(reference.Name, Names.MaxName)} could not be unpacked", folder);
        }
    }

    private static void PutFile(Stream content, string name, UnpackTarget target)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw UnpackTarget.Refused(name, "the name of a plain file holds a slash");
        }

        target.File(name, content, Program);
    }

    private static void UnpackTar(Stream content, UnpackTarget target)
    {
        using var plain = new GZipStream(content, CompressionMode.Decompress);
        using var archive = new TarReader(plain);
        while (archive.GetNextEntry() is { } entry)
        {
            Take(entry, target);
        }
    }

    private static void Take(TarEntry entry, UnpackTarget target)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory: target.Folder(entry.Name); break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                target.File(entry.Name, entry.DataStream ?? Stream.Null, entry.Mode);
                break;
            case TarEntryType.SymbolicLink: target.Link(entry.Name, entry.LinkName); break;
            case TarEntryType.HardLink: target.HardLink(entry.Name, entry.LinkName, entry.Mode); break;
            case TarEntryType.GlobalExtendedAttributes: break;
            default: throw UnpackTarget.Refused(entry.Name, $"it is a {entry.EntryType}, not a file, folder or link");
        }
    }

    private static void UnpackZip(Stream content, UnpackTarget target)
    {
        using var archive = new ZipArchive(content, ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
        {
            Take(entry, target);
        }
    }

    private static void Take(ZipArchiveEntry entry, UnpackTarget target)
    {
        var attributes = entry.ExternalAttributes >> 16;
        if (entry.IsEncrypted)
        {
            throw UnpackTarget.Refused(entry.FullName, "it is encrypted");
        }

        if (entry.FullName.EndsWith('/'))
        {
            target.Folder(entry.FullName);
            return;
        }

        using var data = entry.Open();
        switch (attributes & FileTypeMask)
        {
            case 0 or RegularFile: target.File(entry.FullName, data, attributes == 0 ? Plain : (UnixFileMode)(attributes & 0x1FF)); break;
            case LinkType: target.Link(entry.FullName, ReadLink(entry, data)); break;
            case FolderType: target.Folder(entry.FullName); break;
            default: throw UnpackTarget.Refused(entry.FullName, "it is not a file, folder or link");
        }
    }

    private static string ReadLink(ZipArchiveEntry entry, Stream data)
    {
        var bytes = new byte[MaxLinkBytes + 1];
        var length = data.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= MaxLinkBytes ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : throw UnpackTarget.Refused(entry.FullName, "its link is too long");
    }

    private static string Word(ArtifactFormat format) => format switch
    {
        ArtifactFormat.TarGz => "tar.gz",
        ArtifactFormat.Zip => "zip",
        _ => "file",
    };
}
