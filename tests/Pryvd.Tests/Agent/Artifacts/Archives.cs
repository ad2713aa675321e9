using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Pryvd.Tests.Agent.Artifacts;

/// <summary>Archives for tests, good and hostile.</summary>
internal static class Archives
{
    public static byte[] TarGz(params TarEntry[] entries) => Gzip(Tar(entries));

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }

    public static TarEntry File(string name, string content = "content", int mode = 0b110_100_100) => new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = (UnixFileMode)mode,
    };

    public static TarEntry Zeros(string name, int bytes) => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[bytes]) };

    public static TarEntry Folder(string name) => new PaxTarEntry(TarEntryType.Directory, name);

    public static TarEntry Link(string name, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

    public static TarEntry HardLink(string name, string target) => new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target };

    public static TarEntry Special(TarEntryType type, string name) => new PaxTarEntry(type, name);

    public static byte[] Zip(params (string Name, string Content, int Attributes)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content, attributes) in entries)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = attributes << 16;
                using var stream = entry.Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }
}
