using System.Security.Cryptography;
using Pryvd.Hosting;
using Pryvd.Model;

namespace Pryvd.Agent.Artifacts;

/// <summary>
/// Artifacts of this node by their content, in one flat folder. A file with a hash for a name is whole: it was checked, flushed and then
/// renamed. What is on its way has its hash and <c>.part</c>, so that it goes on where it broke off.
/// </summary>
/// <param name="folder">Made when it is missing.</param>
/// <param name="limitBytes">All artifacts together; what nothing needs makes room, the longest unused first.</param>
/// <param name="isNeeded">Whether a component or an assignment of the cluster names this content.</param>
public sealed class ArtifactStore(string folder, long limitBytes, Func<string, bool> isNeeded)
{
    private const string Part = ".part";
    private const int HashDigits = 64;

    /// <summary>What was given a moment ago will be named by a component soon.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private long _reserved;

    public static bool IsHash(string text) => text.Length == HashDigits && Names.IsHex(text, HashDigits, HashDigits) && text.All(c => !char.IsUpper(c));

    /// <summary>Path of the content, or null when it is not here.</summary>
    public string? Find(string sha256)
    {
        var path = PathOf(sha256);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Notes that the content was used now.</summary>
    public void Touch(string sha256) => File.SetLastAccessTimeUtc(PathOf(sha256), DateTime.UtcNow);

    /// <summary>Begins to take content in, or goes on with it.</summary>
    /// <param name="sha256">As <see cref="IsHash"/>.</param>
    /// <param name="size">Bytes of the whole.</param>
    /// <exception cref="ArtifactException">There is no room, or it is being taken in already.</exception>
    public ArtifactIntake Begin(string sha256, long size)
    {
        if (!IsHash(sha256) || size < 0)
        {
            throw new ArtifactException("An artifact is named by the 64 lower-case hexadecimal digits of its SHA-256 and has a size.", isFinal: true);
        }

        lock (_gate)
        {
            DurableFile.CreateFolder(folder);
            if (!_busy.Add(sha256))
            {
                throw new ArtifactException($"The artifact {sha256[..12]} is being taken in already; wait until that is done.");
            }

            try
            {
                MakeRoom(size);
                _reserved += size;
                return new ArtifactIntake(PathOf(sha256) + Part, PathOf(sha256), sha256, size, () => End(sha256, size));
            }
            catch
            {
                _busy.Remove(sha256);
                throw;
            }
        }
    }

    /// <summary>Reads through content that is here; false when it does not hold, and then it is not here any more.</summary>
    public async Task<bool> VerifyAsync(string sha256, CancellationToken cancel)
    {
        var path = PathOf(sha256);
        await using (var file = File.OpenRead(path))
        {
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel).ConfigureAwait(false)) == sha256)
            {
                return true;
            }
        }

        DurableFile.Delete(path);
        return false;
    }

    private string PathOf(string sha256) => Path.Combine(folder, sha256);

    private void End(string sha256, long size)
    {
        lock (_gate)
        {
            _busy.Remove(sha256);
            _reserved -= size;
        }
    }

    private void MakeRoom(long size)
    {
        var files = new DirectoryInfo(folder).GetFiles();
        var used = files.Sum(f => f.Length) + _reserved;
        foreach (var file in files.Where(MayGo).OrderBy(f => f.LastAccessTimeUtc))
        {
            if (used + size <= limitBytes)
            {
                break;
            }

            used -= file.Length;
            DurableFile.Delete(file.FullName);
        }

        if (used + size > limitBytes)
        {
            throw new ArtifactException(
                $"No room for an artifact of {size} bytes: {used} of {limitBytes} bytes in {folder} are needed by components or were given within the hour. "
                + "Delete components that are not used any more, or raise artifact_space_mb of this node.");
        }
    }

    private bool MayGo(FileInfo file)
    {
        var hash = file.Name.EndsWith(Part, StringComparison.Ordinal) ? file.Name[..^Part.Length] : file.Name;
        return !_busy.Contains(hash) && (hash != file.Name || !isNeeded(hash)) && DateTime.UtcNow - file.LastWriteTimeUtc > Young;
    }
}
