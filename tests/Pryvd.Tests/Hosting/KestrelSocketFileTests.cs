using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pryvd.Hosting;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Hosting;

/// <summary>Requirement V4: who did what, from which socket peer.</summary>
public sealed class KestrelSocketFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_request_over_the_local_socket_tells_uid_and_pid_of_its_caller()
    {
        using var file = SocketFile.Take(folder.In("pryvd.sock"), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketFile(file);
        await using var server = builder.Build();
        server.Run(context => context.Response.WriteAsync(context.Features.LocalCaller()!.ToString()));
        await server.StartAsync();

        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = Connect });
        var caller = await client.GetStringAsync("http://pryvd/");

        Assert.StartsWith($"PeerCredentials {{ Pid = {Environment.ProcessId}, Uid = {Libc.EffectiveUser()}", caller);
        Assert.Equal(0x1b0, (int)FileFacts.OfPath(file.Path)!.Mode);
    }

    public void Dispose() => folder.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.In("pryvd.sock")), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
