using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pryv.Grpc;
using Pryv.V1;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>The public API on a real socket with answers made by hand, found by the type of the request.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private static readonly FileDescriptor[] _files =
    [
        ClusterReflection.Descriptor, TokenReflection.Descriptor, NodeReflection.Descriptor, VarReflection.Descriptor,
        EventReflection.Descriptor, RaftReflection.Descriptor, SnapshotReflection.Descriptor, ComponentReflection.Descriptor,
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<Type, Func<IMessage, Task<IMessage>>> _answers = new();
    private readonly ConcurrentDictionary<Type, Func<IMessage, Func<IMessage, Task>, CancellationToken, Task>> _streams = new();
    private WebApplication? _app;

    public string Socket => _folder.In("pryvd.sock");

    public ConcurrentQueue<IMessage> Requests { get; } = new();

    public static async Task<FakeDaemon> Started()
    {
        var daemon = new FakeDaemon();
        daemon.On<NewRequestIdRequest>(_ => new NewRequestIdReply { RequestId = $"id-{daemon.Of<NewRequestIdRequest>().Count}" });
        await daemon.Start();
        return daemon;
    }

    public static RpcException Refusal(StatusCode code, string detail, int? pushback = null)
    {
        var trailers = new Metadata();
        if (pushback is { } milliseconds)
        {
            trailers.Add("grpc-retry-pushback-ms", $"{milliseconds}");
        }

        return new RpcException(new Status(code, detail), trailers);
    }

    public FakeDaemon On<TRequest>(Func<TRequest, IMessage> answer) where TRequest : IMessage
    {
        _answers[typeof(TRequest)] = request => Task.FromResult(answer((TRequest)request));
        return this;
    }

    /// <summary>Never answers.</summary>
    public FakeDaemon Hang<TRequest>() where TRequest : IMessage
    {
        _answers[typeof(TRequest)] = _ => new TaskCompletionSource<IMessage>().Task;
        return this;
    }

    public FakeDaemon OnStream<TRequest>(Func<TRequest, Func<IMessage, Task>, CancellationToken, Task> answer) where TRequest : IMessage
    {
        _streams[typeof(TRequest)] = (request, write, stop) => answer((TRequest)request, write, stop);
        return this;
    }

    public List<TRequest> Of<TRequest>() => [.. Requests.OfType<TRequest>()];

    public async Task Start()
    {
        File.Delete(Socket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ForGrpc().ListenUnixSocket(Socket, listen => listen.UseGrpc()));
        builder.Services.AddGrpc();
        _app = builder.Build();
        foreach (var service in _files.SelectMany(file => file.Services))
        {
            _app.MapGrpcService(_ => Define(service));
        }

        await _app.StartAsync();
    }

    /// <summary>Cuts the calls under way and takes the socket away.</summary>
    public async Task Crash()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await Crash();
        }

        _folder.Dispose();
    }

    private ServerServiceDefinition Define(Google.Protobuf.Reflection.ServiceDescriptor service)
    {
        var definition = ServerServiceDefinition.CreateBuilder();
        foreach (var rpc in service.Methods)
        {
            var type = rpc.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
            var method = new Method<IMessage, IMessage>(type, service.FullName, rpc.Name, MarshallerOf(rpc.InputType), MarshallerOf(rpc.OutputType));
            _ = rpc.IsServerStreaming
                ? definition.AddMethod(method, (request, writer, context) => Stream(request, writer, context))
                : definition.AddMethod(method, (request, _) => Answer(request, rpc.OutputType));
        }

        return definition.Build();
    }

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor type) =>
        Marshallers.Create<IMessage>(message => message.ToByteArray(), bytes => type.Parser.ParseFrom(bytes));

    private Task<IMessage> Answer(IMessage request, MessageDescriptor reply)
    {
        Requests.Enqueue(request);
        return _answers.TryGetValue(request.GetType(), out var answer) ? answer(request) : Task.FromResult(reply.Parser.ParseFrom([]));
    }

    private async Task Stream(IMessage request, IServerStreamWriter<IMessage> writer, ServerCallContext context)
    {
        Requests.Enqueue(request);
        await context.WriteResponseHeadersAsync([]);
        if (_streams.TryGetValue(request.GetType(), out var answer))
        {
            await answer(request, message => writer.WriteAsync(message), context.CancellationToken);
        }
    }
}
