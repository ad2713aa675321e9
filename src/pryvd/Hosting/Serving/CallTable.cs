using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Pryvd.Hosting.Serving;

/// <summary>Finds the handler of a call by its path, which names service and method; unknown ones go to the only endpoint whose path has parameters.</summary>
internal sealed class CallTable : IHttpApplication<HttpContext>
{
    private readonly Dictionary<string, RequestDelegate> _calls = new(StringComparer.Ordinal);
    private readonly RequestDelegate _unknown;

    public CallTable(IEnumerable<EndpointDataSource> mapped)
    {
        var endpoints = mapped.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(endpoint => endpoint.RequestDelegate is not null).ToList();
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.RoutePattern.Parameters.Count == 0))
        {
            _calls.Add(endpoint.RoutePattern.RawText!, endpoint.RequestDelegate!);
        }

        _unknown = endpoints.Single(endpoint => endpoint.RoutePattern.Parameters.Count > 0).RequestDelegate!;
    }

    /// <summary>Kestrel keeps the context of a stream for the next one that it serves by the same object.</summary>
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<HttpContext> kept)
        {
            return new DefaultHttpContext(contextFeatures);
        }

        if (kept.HostContext is DefaultHttpContext known)
        {
            known.Initialize(contextFeatures);
            return known;
        }

        return kept.HostContext = new DefaultHttpContext(contextFeatures);
    }

    public Task ProcessRequestAsync(HttpContext context) =>
        (context.Request.Path.Value is { } path && _calls.TryGetValue(path, out var call) ? call : _unknown)(context);

    public void DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();
}
