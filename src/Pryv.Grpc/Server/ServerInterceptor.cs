using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>
/// Wraps a call: <paramref name="next"/> reads the request, runs the handler and writes its response. What it throws is how the
/// call will end; to refuse a call, throw an <see cref="RpcException"/> instead of calling it.
/// </summary>
public delegate Task ServerInterceptor(ServerCallContext context, Func<Task> next);
