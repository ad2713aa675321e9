namespace Pryv.Consensus.Log;

/// <summary>An open file. Every call throws <see cref="DiskException"/> when the disk refuses it or does less than asked.</summary>
public interface IDiskFile : IDisposable
{
    string Name { get; }

    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/>; returns how many bytes there were before the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);

    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes all writes so far durable (fdatasync); its failure is final for the process.</summary>
    void Flush();
}
