using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Pryv.Internal.V1;

namespace Pryvd.Guard;

/// <summary>
/// What the guard keeps of one run, in a file of its own that is written in place: the room for the end is taken at the start, so that
/// a full disk cannot lose an exit code. Not flushed: after a power cut the processes are gone as well.
/// </summary>
internal sealed class RunFile
{
    private const int Bytes = 4096;
    private const int HeaderBytes = 8;

    private readonly string _path;

    private RunFile(string path) => _path = path;

    /// <exception cref="GuardException">The disk is full.</exception>
    public static RunFile Create(string path, GuardRecord record)
    {
        var file = new RunFile(path);
        try
        {
            file.WriteRecord(record, FileMode.Create);
            return file;
        }
        catch (IOException failure)
        {
            File.Delete(path);
            throw new GuardException($"The start cannot be recorded in {path}: {failure.Message} Free some space there.", failure);
        }
    }

    /// <summary>Null for the record when it is damaged.</summary>
    public static (RunFile File, GuardRecord? Record) Open(string path) => (new RunFile(path), Parse(File.ReadAllBytes(path)));

    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(GuardRecord record) => WriteRecord(record, FileMode.OpenOrCreate);

    public void Delete() => File.Delete(_path);

    private static GuardRecord? Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length < HeaderBytes || BinaryPrimitives.ReadInt32LittleEndian(content) is var length && (length <= 0 || length > content.Length - HeaderBytes))
        {
            return null;
        }

        var body = content.Slice(HeaderBytes, length);
        return BinaryPrimitives.ReadUInt32LittleEndian(content[sizeof(int)..]) == Checksum(body) ? GuardRecord.Parser.ParseFrom(body) : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> body)
    {
        var crc = uint.MaxValue;
        foreach (var one in body)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    private void WriteRecord(GuardRecord record, FileMode mode)
    {
        var body = record.ToByteArray();
        if (body.Length > Bytes - HeaderBytes)
        {
            throw new IOException($"its record would have {body.Length} bytes, {Bytes - HeaderBytes} are possible.");
        }

        var page = new byte[Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(page, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(sizeof(int)), Checksum(body));
        body.CopyTo(page, HeaderBytes);
        using var file = new FileStream(_path, mode, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(page);
    }
}
