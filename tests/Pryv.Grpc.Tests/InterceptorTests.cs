using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Interceptors_wrap_a_call_in_their_order_and_see_how_it_ends()
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = await TestServer.StartAsync(options =>
        {
            options.Interceptors.Add(async (context, next) =>
            {
                seen.Enqueue($"outer {context.Method}");
                try
                {
                    await next();
                }
                catch (RpcException e)
                {
                    seen.Enqueue($"outer {e.StatusCode}");
                    throw;
                }
            });
            options.Interceptors.Add((context, next) =>
            {
                seen.Enqueue($"inner {context.GetHttpContext().Request.Protocol} {context.Peer}");
                return next();
            });
        });
        using var channel = server.Channel(Transport.UnixSocket);

        await Assert.ThrowsAsync<RpcException>(() => new Shapes.ShapesClient(channel).UnaryAsync(new Ping { Text = "refuse" }).ResponseAsync);

        Assert.Equal(["outer /pryv.grpc.test.Shapes/Unary", "inner HTTP/2 unix:", "outer FailedPrecondition"], seen);
    }

    [Fact]
    public async Task An_interceptor_refuses_a_call_before_its_handler()
    {
        await using var server = await TestServer.StartAsync(options => options.Interceptors.Add((_, _) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Not you."))));
        using var channel = server.Channel(Transport.UnixSocket);
        using var call = new Shapes.ShapesClient(channel).Spread(new Ping { Count = 3 });

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal(0, server.Service.Written);
    }

    [Fact]
    public async Task A_call_leads_to_its_connection()
    {
        var certificates = new ConcurrentQueue<string?>();
        var sockets = new ConcurrentQueue<bool>();
        await using var server = await TestServer.StartAsync(options => options.Interceptors.Add((context, next) =>
        {
            var http = context.GetHttpContext();
            certificates.Enqueue(http.Connection.ClientCertificate?.Subject);
            sockets.Enqueue(http.Features.Get<IConnectionSocketFeature>() is not null);
            return next();
        }));
        using var local = server.Channel(Transport.UnixSocket);
        using var remote = server.Channel(Transport.MutualTls);

        await new Shapes.ShapesClient(local).UnaryAsync(new Ping());
        await new Shapes.ShapesClient(remote).UnaryAsync(new Ping());

        Assert.Equal([null, "CN=client"], certificates);
        Assert.Equal([true, true], sockets);
    }
}
