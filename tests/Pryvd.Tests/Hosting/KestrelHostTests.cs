using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc;
using Pryvd.Hosting;
using Pryvd.Hosting.Serving;
using Pryvd.Tests.Api;
using Pryvd.Tests.Identity;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Pryvd.Tests.Hosting;

/// <summary>Requirement M7: what listens for the daemon answers each call by its own handler, and ends when it is told to.</summary>
public sealed class KestrelHostTests : IAsyncLifetime
{
    private static readonly HealthCheckRequest Ask = new();

    private readonly TemporaryFolder _folder = new();
    private readonly HealthServiceImpl _health = new();
    private readonly RecordedLog _log = new();
    private SocketFile _socket = null!;
    private KestrelHost _host = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _health.SetStatus("", ServingStatus.Serving);
        _socket = SocketFile.Take(_folder.In("pryvd.sock"), null);
        _host = Build(kestrel => kestrel.UseSocketFile(_socket));
        await _host.StartAsync();
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = GrpcTransport.UnixSocket(_folder.In("pryvd.sock")), DisposeHttpClient = true });
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
        _socket.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Calls_after_one_another_and_beside_each_other_are_answered()
    {
        var client = new HealthClient(_channel);
        await client.CheckAsync(Ask);
        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.CheckAsync(Ask).ResponseAsync));

        Assert.All(replies, reply => Assert.Equal(ServingStatus.Serving, reply.Status));
    }

    [Theory]
    [InlineData("/grpc.health.v1.Health/Chek")]
    [InlineData("/grpc.health.v1.health/Check")]
    [InlineData("/nobody.Knows/It")]
    public async Task A_method_that_nobody_has_is_named_in_the_answer(string path)
    {
        var parts = path.Split('/');
        var unknown = new Method<HealthCheckRequest, HealthCheckResponse>(
            MethodType.Unary, parts[1], parts[2],
            Marshallers.Create(message => message.ToByteArray(), HealthCheckRequest.Parser.ParseFrom),
            Marshallers.Create(message => message.ToByteArray(), HealthCheckResponse.Parser.ParseFrom));
        var call = _channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, default, Ask);

        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        Assert.Contains(path, refused.Status.Detail);
    }

    [Fact]
    public async Task A_stop_ends_streams_with_the_reason_and_takes_no_more_calls()
    {
        var client = new HealthClient(_channel);
        using var watch = client.Watch(Ask);
        Assert.True(await watch.ResponseStream.MoveNext(default));
        var next = watch.ResponseStream.MoveNext(default);

        await _host.StopAsync();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => next)).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => client.CheckAsync(Ask).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_at_the_start()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var second = Build(kestrel => kestrel.ConfigureKestrel(options => options.Listen((IPEndPoint)taken.LocalEndpoint)));

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => second.StartAsync());

        Assert.Contains("in use", failure.Message);
    }

    private KestrelHost Build(Action<IWebHostBuilder> listen)
    {
        var host = KestrelHost.Build(_log.Log, (services, kestrel) =>
        {
            kestrel.ConfigureKestrel(options => options.ForGrpc().ConfigureEndpointDefaults(endpoint => endpoint.UseGrpc()));
            listen(kestrel);
            services.AddSingleton(_health).AddGrpc();
        });
        host.MapGrpcService<HealthServiceImpl>();
        return host;
    }
}
