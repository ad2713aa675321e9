using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Server;

namespace Grpc.Core;

/// <summary>From a call to the HTTP request that carries it.</summary>
public static class ServerCallContextExtensions
{
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) =>
        serverCallContext is HttpCallContext call
            ? call.Http
            : throw new InvalidOperationException("This call context was not made by the server, so there is no HttpContext behind it.");
}
