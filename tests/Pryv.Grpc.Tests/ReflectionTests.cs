using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc.Tests.Hosting;

namespace Pryv.Grpc.Tests;

public sealed class ReflectionTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        map: app => app.MapGrpcReflectionService(),
        register: services => services.AddGrpcReflection());

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_services_are_listed()
    {
        var response = await AskAsync(new ServerReflectionRequest { ListServices = "" });

        Assert.Equal(
            ["grpc.reflection.v1.ServerReflection", "pryv.grpc.test.Shapes"],
            response.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Theory]
    [InlineData("pryv.grpc.test.Shapes")]
    [InlineData("pryv.grpc.test.Shapes.Unary")]
    [InlineData("pryv.grpc.test.Ping")]
    [InlineData("pryv.grpc.test.Ping.blob")]
    public async Task A_symbol_leads_to_its_file(string symbol)
    {
        var response = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol });

        var file = FileDescriptorProto.Parser.ParseFrom(response.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.Equal("test.proto", file.Name);
    }

    [Fact]
    public async Task What_is_unknown_is_not_found_and_the_stream_goes_on()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        ServerReflectionRequest[] requests =
        [
            new() { FileByFilename = "none.proto" },
            new() { FileContainingSymbol = "no.such.Symbol" },
            new() { AllExtensionNumbersOfType = "no.such.Type" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = "no.such.Type", ExtensionNumber = 1 } },
        ];
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request);
            Assert.True(await Within.PatienceAsync(call.ResponseStream.MoveNext()));
            Assert.Equal((int)StatusCode.NotFound, call.ResponseStream.Current.ErrorResponse.ErrorCode);
            Assert.Equal(request, call.ResponseStream.Current.OriginalRequest);
        }
    }

    [Fact]
    public async Task A_type_without_extensions_has_none()
    {
        var response = await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = "pryv.grpc.test.Ping" });

        Assert.Empty(response.AllExtensionNumbersResponse.ExtensionNumber);
    }

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        Assert.True(await Within.PatienceAsync(call.ResponseStream.MoveNext()));
        return call.ResponseStream.Current;
    }
}
