using System.Net;
using System.Net.Sockets;

namespace Pryv.Grpc.Tests.Hosting;

/// <summary>Stands between a client and a server, and can fall silent without closing anything, as a cut cable does.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _silence = new();
    private readonly string _socketPath;

    public Relay(string socketPath)
    {
        _socketPath = socketPath;
        _listener.Start();
        Accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public Task Accepting { get; }

    public void FallSilent() => _silence.Cancel();

    public void Dispose()
    {
        FallSilent();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        // Connections are left open, and to the process's end: a silent peer closes none.
        var near = await _listener.AcceptSocketAsync(_silence.Token);
        var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await far.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath));
        await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _silence.Token) is var count and > 0)
        {
            await to.SendAsync(buffer.AsMemory(0, count), _silence.Token);
        }
    }
}
