using System.Net.Sockets;

namespace Pryvd.Peers.Links;

/// <summary>When a connection counts as broken whose other side has fallen silent. The kernel looks, so that a quiet one costs nothing here.</summary>
internal static class DeadPeers
{
    private const int Tcp = 6;
    private const int TcpUserTimeout = 18;
    private const int Probes = 3;

    /// <summary>
    /// For who sends. A broken network swallows what is sent, and when it is mended TCP repeats it late: up to the time again that it was broken.
    /// A new connection gets through at once, so one on which nothing is acknowledged for 3 s is given up.
    /// </summary>
    public static void NoticeSoon(Socket socket)
    {
        Probe(socket, afterSeconds: 1, everySeconds: 1);
        socket.SetRawSocketOption(Tcp, TcpUserTimeout, BitConverter.GetBytes(3_000));
    }

    /// <summary>For who only listens: nothing waits for it, but it must not stay for ever.</summary>
    public static void Notice(Socket socket) => Probe(socket, afterSeconds: 10, everySeconds: 5);

    private static void Probe(Socket socket, int afterSeconds, int everySeconds)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, afterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, everySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
    }
}
