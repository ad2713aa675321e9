using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>Serves the calls of one method: from HTTP request to handler, and from how that ended to trailers.</summary>
internal abstract class CallHandler<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerSettings settings)
    where TRequest : class where TResponse : class
{
    public Task HandleAsync(HttpContext http) => RequestCheck.IsAccepted(http) ? RunAsync(http) : Task.CompletedTask;

    /// <summary>Reads the request as the method's shape asks, runs the handler and writes what it returned.</summary>
    protected abstract Task ServeAsync(
        RequestStream<TRequest> requests, ResponseStream<TResponse> responses, HttpCallContext context);

    private async Task RunAsync(HttpContext http)
    {
        http.Response.ContentType = WireHeaders.ContentType;
        if (RequestHeaders.Read(http, out var headers) is { } refusal)
        {
            ResponseEnd.WriteTrailersOnly(http.Response, refusal);
            return;
        }

        LiftBodyLimits(http.Features);
        var stopping = method.Type == MethodType.Unary ? CancellationToken.None : settings.Stopping;
        using var cancellation = new CallCancellation(http.RequestAborted, stopping, headers.Timeout);
        var context = new HttpCallContext(http, method) { Cancellation = cancellation.Token, CallDeadline = headers.Deadline };
        var responses = new ResponseStream<TResponse>(context, method.ResponseMarshaller, settings.MaxSendMessageSize);
        try
        {
            await ServeAsync(headers.Encoding, responses, context);
            context.Status = cancellation.Verdict(method.FullName) ?? context.Status;
        }
        catch (Exception e)
        {
            context.Status = cancellation.Verdict(method.FullName) ?? FailedCall.StatusOf(e, context, settings.Logger);
        }

        responses.Close();
        End(http, context, responses.HasWritten);
    }

    private Task ServeAsync(string? encoding, ResponseStream<TResponse> responses, HttpCallContext context)
    {
        var reader = new MessageReader<TRequest>(
            context.Http.Request.BodyReader, method.RequestMarshaller, settings.MaxReceiveMessageSize, encoding);
        var requests = new RequestStream<TRequest>(reader, context.CancellationToken);
        return settings.Interceptors.Length == 0
            ? ServeAsync(requests, responses, context)
            : Intercept(0, () => ServeAsync(requests, responses, context), context);
    }

    private Task Intercept(int index, Func<Task> serve, HttpCallContext context) => index == settings.Interceptors.Length
        ? serve()
        : settings.Interceptors[index](context, () => Intercept(index + 1, serve, context));

    /// <summary>A stream may be long and slow by design; message size and deadline bound a call instead.</summary>
    private static void LiftBodyLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    private static void End(HttpContext http, HttpCallContext context, bool hasWritten)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (hasWritten || http.Response.HasStarted)
        {
            ResponseEnd.WriteTrailers(http.Response, context.Status, context.TrailersIfAny);
            return;
        }

        ResponseEnd.WriteTrailersOnly(http.Response, context.Status, context.TrailersIfAny);
    }
}
