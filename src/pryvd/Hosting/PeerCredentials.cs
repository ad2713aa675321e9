using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pryvd.Hosting;

/// <summary>Who is at the other end of a local socket, as the kernel vouches for it (SO_PEERCRED).</summary>
/// <param name="Pid">0 when the process is in another pid namespace.</param>
/// <param name="Uid">Effective user when it connected.</param>
/// <param name="Gid">Effective group when it connected.</param>
public sealed record PeerCredentials(int Pid, uint Uid, uint Gid)
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;
    private const int FieldBytes = sizeof(int);

    /// <exception cref="SocketException">The socket is not a connected Unix socket.</exception>
    public static PeerCredentials Of(Socket connected)
    {
        // struct ucred: pid, uid, gid.
        var record = new byte[3 * FieldBytes];
        connected.GetRawSocketOption(SocketLevel, PeerCredentialsOption, record);
        var fields = MemoryMarshal.Cast<byte, int>(record);
        return new PeerCredentials(fields[0], (uint)fields[1], (uint)fields[2]);
    }
}
