using System.Text;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Serving;

/// <summary>Tells systemd that the guard serves (sd_notify(3)), so that a daemon which is ordered after it finds it there.</summary>
internal static class Readiness
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const byte UnixDomain = 1;
    private const int Datagram = 2;
    private const char AbstractMark = '@';

    /// <summary>Without effect where nobody waits for it.</summary>
    public static void Tell(GuardLog log)
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is not { Length: > 1 } path)
        {
            return;
        }

        var socket = Sys.NewSocket(UnixDomain, Datagram | Sys.CloseOnExec, 0);
        var address = AddressOf(path);
        var message = "READY=1"u8.ToArray();
        if (socket < 0 || Sys.Connect(socket, address, (uint)address.Length) != 0 || Sys.Write(socket, message, message.Length) != message.Length)
        {
            log.Say($"systemd could not be told at {path} that the guard runs: {Sys.LastError()}");
        }

        _ = Sys.Close(socket);
    }

    private static byte[] AddressOf(string path) =>
        path[0] == AbstractMark ? [UnixDomain, 0, 0, .. Encoding.UTF8.GetBytes(path[1..])] : [UnixDomain, 0, .. Encoding.UTF8.GetBytes(path), 0];
}
