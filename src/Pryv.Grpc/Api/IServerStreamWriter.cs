namespace Grpc.Core;

/// <summary>A server's end of a response stream; it closes when the handler returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
