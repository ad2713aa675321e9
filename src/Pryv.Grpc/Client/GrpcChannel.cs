using System.Collections.Concurrent;
using Grpc.Core;
using Pryv.Grpc.Client;

namespace Grpc.Net.Client;

/// <summary>The way to one server over HTTP/2. Safe for any number of threads; connections are the handler's affair.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    // Keyed by method, of which a program has as many as its .proto files say.
    private readonly ConcurrentDictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly Uri _address;
    private readonly CallInvoker _invoker;

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority)
    {
        _address = address;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        MaxSendMessageSize = options.MaxSendMessageSize;
        var ownsHandler = options.DisposeHttpClient || options.HttpHandler is null;
        Http = new HttpMessageInvoker(options.HttpHandler ?? Pryv.Grpc.GrpcTransport.Tcp(), ownsHandler);
        _invoker = new HttpCallInvoker(this);
    }

    internal HttpMessageInvoker Http { get; }

    internal int? MaxReceiveMessageSize { get; }

    internal int? MaxSendMessageSize { get; }

    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address));

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return address.Scheme is "http" or "https"
            ? new GrpcChannel(address, channelOptions)
            : throw new ArgumentException($"The address '{address}' must begin with http:// or https://.", nameof(address));
    }

    public override CallInvoker CreateCallInvoker() => _invoker;

    /// <summary>Ends the channel; calls under way fail if it owns its handler.</summary>
    public void Dispose() => Http.Dispose();

    internal Uri AddressOf(IMethod method) =>
        _addresses.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), _address);

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}
