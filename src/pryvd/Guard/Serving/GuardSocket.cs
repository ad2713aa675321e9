using System.Text;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Serving;

/// <summary>The guard's listening socket, mode 0600; takes calls of its own user and of root only.</summary>
internal sealed class GuardSocket : IDisposable
{
    private const int UnixDomain = 1;
    private const int Stream = 1;
    private const int MostPathBytes = 107;
    private const int Backlog = 128;
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int UserAt = 4;
    private const uint OnlyOwner = 0b001_111_111;

    private readonly string _path;

    private GuardSocket(string path, int descriptor) => (_path, Descriptor) = (path, descriptor);

    public int Descriptor { get; }

    /// <exception cref="GuardException">It cannot be bound there.</exception>
    public static GuardSocket Listen(string path)
    {
        // Under another name first: whoever sees the socket can use it at once.
        var early = path + ".new";
        var address = AddressOf(early);
        var descriptor = Sys.NewSocket(UnixDomain, Stream | Sys.CloseOnExec | Sys.NonBlocking, 0);
        _ = Sys.Unlink(early);
        var mask = Sys.FileModeMask(OnlyOwner);
        var isBound = descriptor >= 0 && Sys.Bind(descriptor, address, (uint)address.Length) == 0 && Sys.Listen(descriptor, Backlog) == 0;
        var reason = Sys.LastError();
        _ = Sys.FileModeMask(mask);
        if (!isBound)
        {
            throw new GuardException($"The socket {path} cannot be bound: {reason}. Does its folder exist, and may this user write to it?");
        }

        File.Move(early, path, overwrite: true);
        return new GuardSocket(path, descriptor);
    }

    /// <summary>A connection of somebody who may call, or null.</summary>
    public int? Accept()
    {
        var connection = Sys.Accept(Descriptor, 0, 0, Sys.CloseOnExec | Sys.NonBlocking);
        if (connection < 0)
        {
            return null;
        }

        var peer = new byte[12];
        var length = (uint)peer.Length;
        if (Sys.GetOption(connection, SocketLevel, PeerCredentials, peer, ref length) == 0
            && BitConverter.ToUInt32(peer, UserAt) is var user && (user == 0 || user == Sys.EffectiveUser()))
        {
            return connection;
        }

        _ = Sys.Close(connection);
        return null;
    }

    public void Dispose()
    {
        _ = Sys.Unlink(_path);
        _ = Sys.Close(Descriptor);
    }

    private static byte[] AddressOf(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        return bytes.Length <= MostPathBytes
            ? [UnixDomain, 0, .. bytes, 0]
            : throw new GuardException($"The path of the socket {path} is too long: at most {MostPathBytes} bytes are possible. Set a shorter one with --socket.");
    }
}
