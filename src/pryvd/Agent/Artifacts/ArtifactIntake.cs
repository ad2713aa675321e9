using System.Security.Cryptography;
using Pryvd.Hosting;

namespace Pryvd.Agent.Artifacts;

/// <summary>Content on its way into the store: a part that grows, is checked as a whole, flushed and renamed. Disposing keeps the part for later.</summary>
public sealed class ArtifactIntake : IDisposable
{
    private readonly string _part;
    private readonly string _whole;
    private readonly string _sha256;
    private readonly long _size;
    private readonly Action _end;
    private readonly FileStream _file;
    private readonly SpareRoom _room;

    internal ArtifactIntake(string part, string whole, string sha256, long size, Action end)
    {
        (_part, _whole, _sha256, _size, _end) = (part, whole, sha256, size, end);
        _room = new SpareRoom(Path.GetDirectoryName(part)!);
        try
        {
            _file = new FileStream(part, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,

                // What a full disk did not take must not be tried again when the file is closed.
                BufferSize = 0,
            });
            if (_file.Length > size)
            {
                _file.SetLength(0);
            }

            _file.Seek(0, SeekOrigin.End);
        }
        catch (IOException failure)
        {
            _file?.Dispose();
            end();
            throw ArtifactException.Of(failure, "An artifact could not be taken in", part);
        }

        try
        {
            _room.Require(size - Offset);
        }
        catch (ArtifactException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How much is here.</summary>
    public long Offset => _file.Position;

    public bool IsComplete => Offset == _size;

    /// <exception cref="ArtifactException">More came than was announced, or the disk refused.</exception>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (Offset + data.Length > _size)
        {
            Restart();
            throw new ArtifactException($"More bytes came for the artifact {_sha256[..12]} than the {_size} that were announced; nothing of it was kept.", isFinal: true);
        }

        _room.Take(data.Length);
        try
        {
            _file.Write(data);
        }
        catch (IOException failure)
        {
            throw ArtifactException.Of(failure, $"The artifact {_sha256[..12]} could not be written", _part);
        }
    }

    /// <summary>What is here is of no use.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        _file.Seek(0, SeekOrigin.Begin);
    }

    /// <summary>Makes it part of the store.</summary>
    /// <exception cref="ArtifactException">It is not what its name says; nothing of it is kept.</exception>
    public async Task FinishAsync(CancellationToken cancel)
    {
        try
        {
            _file.Seek(0, SeekOrigin.Begin);
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(_file, cancel).ConfigureAwait(false));
            if (hash != _sha256 || _file.Length != _size)
            {
                Restart();
                throw new ArtifactException(
                    $"The checksum of the artifact is wrong: {_size} bytes with SHA-256 {_sha256} were announced, what came has {hash}. Nothing of it was kept; give the file again.");
            }

            _file.Flush();
            if (Libc.Flush(_file.SafeFileHandle) != 0)
            {
                throw new ArtifactException($"The artifact {_sha256[..12]} could not be flushed to the disk: {Libc.LastError()}.");
            }

            DurableFile.Rename(_part, _whole);
        }
        catch (IOException failure)
        {
            throw ArtifactException.Of(failure, $"The artifact {_sha256[..12]} could not be stored", _whole);
        }
    }

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        finally
        {
            _end();
        }
    }
}
