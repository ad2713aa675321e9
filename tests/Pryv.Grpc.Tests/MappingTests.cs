using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

public sealed class MappingTests
{
    [Fact]
    public async Task A_service_can_be_mapped_by_its_definition()
    {
        await using var server = await TestServer.StartAsync(
            withService: false,
            map: app => app.MapGrpcService(services => Shapes.BindService(services.GetRequiredService<ShapesService>())));
        using var channel = server.Channel(Transport.UnixSocket);
        var client = new Shapes.ShapesClient(channel);

        Assert.Equal("a", (await client.UnaryAsync(new Ping { Text = "a" })).Text);
        using var call = client.Spread(new Ping { Text = "b", Count = 1 });
        Assert.True(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public void A_service_that_is_not_registered_is_said_when_it_is_mapped()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        using var app = (IDisposable)builder.Build();

        var error = Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).MapGrpcService<ShapesService>());

        Assert.Contains("AddSingleton<ShapesService>", error.Message);
    }

    [Fact]
    public void A_missing_AddGrpc_is_said_when_a_service_is_mapped()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<ShapesService>();
        using var app = (IDisposable)builder.Build();

        var error = Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).MapGrpcService<ShapesService>());

        Assert.Contains("AddGrpc", error.Message);
    }

    [Fact]
    public async Task A_test_double_of_a_client_needs_no_channel()
    {
        using var call = new AsyncUnaryCall<Pong>(
            Task.FromResult(new Pong { Text = "double" }),
            Task.FromResult(new Metadata()),
            () => Status.DefaultSuccess,
            () => [],
            () => { });

        Assert.Equal("double", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }
}
