using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Products;

internal static class FreePort
{
    /// <summary>A port that nobody listens on at an address just now, outside the range that outgoing connections take theirs from.</summary>
    public static int At(string address)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var port = Random.Shared.Next(12_000, 30_000);
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody has this one; the next draw is another.
            }
        }

        throw new BenchException($"no free port found at {address}");
    }
}
