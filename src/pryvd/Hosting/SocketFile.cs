using System.Net.Sockets;

namespace Pryvd.Hosting;

/// <summary>
/// The local socket's place in the file system. A lock file beside it tells a living daemon from one that was killed and
/// left its socket behind. The socket is bound under another name, given its mode and group, and only then renamed, so
/// that at no time it is open to more people than it should be.
/// </summary>
public sealed class SocketFile : IDisposable
{
    private const int Backlog = 512;
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly LockFile _held;
    private readonly string? _group;

    private SocketFile(string path, string? group, LockFile held)
    {
        Path = path;
        _group = group;
        _held = held;
    }

    public string Path { get; }

    /// <summary>Makes sure that no other daemon serves this socket.</summary>
    /// <param name="path">Where clients look for it.</param>
    /// <param name="group">Whose members may connect; null for pryvd where that group exists.</param>
    /// <exception cref="StartupException">Another daemon serves it, or something else stands there.</exception>
    public static SocketFile Take(string path, string? group)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            RequireFree(path);
            return LockFile.TryTake(path + ".lock", out var holder) is { } held
                ? new SocketFile(path, group, held)
                : throw new StartupException(
                    $"The socket {path} is served by another pryvd (pid {holder}). Stop it, or give this one its own --socket.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The socket {path} cannot be made: {e.Message} May this user write to the folder?", e);
        }
    }

    /// <summary>A listening socket, reachable at <see cref="Path"/> from now on with mode 0660. The caller owns it.</summary>
    /// <exception cref="StartupException">It cannot be bound or given to its group.</exception>
    public Socket Bind()
    {
        var temporary = Path + ".new";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(temporary);
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            File.SetUnixFileMode(temporary, OwnerAndGroup);
            SocketGroup.Give(temporary, _group);
            socket.Listen(Backlog);
            File.Move(temporary, Path, overwrite: true);
            return socket;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new StartupException($"The socket {Path} cannot be bound: {e.Message}", e);
        }
        catch (StartupException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the socket and lets another daemon have its place.</summary>
    public void Dispose()
    {
        File.Delete(Path);
        _held.Dispose();
    }

    private static void RequireFree(string path)
    {
        if (FileFacts.OfPath(path) is { IsSocket: false })
        {
            throw new StartupException($"{path} exists and is no socket, so it is left alone. Move it away, or set another --socket.");
        }
    }
}
