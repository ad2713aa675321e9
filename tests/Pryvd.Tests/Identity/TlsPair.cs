using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Pryvd.Tests.Identity;

/// <summary>A real handshake over a loopback connection, and a byte each way: under TLS 1.3 a client learns that its
/// certificate was refused only when it reads.</summary>
internal static class TlsPair
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public sealed record Outcome(bool Connected, SslProtocols Protocol, bool ServerSawCertificate);

    public static async Task<Outcome> Connect(SslServerAuthenticationOptions server, SslClientAuthenticationOptions client)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var outgoing = new TcpClient();
        await outgoing.ConnectAsync((IPEndPoint)listener.LocalEndpoint, deadline.Token);
        using var incoming = await listener.AcceptTcpClientAsync(deadline.Token);
        await using var serverSide = new SslStream(incoming.GetStream());
        await using var clientSide = new SslStream(outgoing.GetStream());
        var both = await Task.WhenAll(
            Talk(serverSide, () => serverSide.AuthenticateAsServerAsync(server, deadline.Token), incoming, deadline.Token),
            Talk(clientSide, () => clientSide.AuthenticateAsClientAsync(client, deadline.Token), outgoing, deadline.Token));
        return both.All(ok => ok)
            ? new Outcome(true, clientSide.SslProtocol, serverSide.RemoteCertificate is not null)
            : new Outcome(false, SslProtocols.None, false);
    }

    private static async Task<bool> Talk(SslStream stream, Func<Task> authenticate, TcpClient connection, CancellationToken stop)
    {
        try
        {
            await authenticate();
            await stream.WriteAsync(new byte[] { 42 }, stop);
            return await stream.ReadAsync(new byte[1], stop) == 1;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            connection.Close();
            return false;
        }
    }
}
