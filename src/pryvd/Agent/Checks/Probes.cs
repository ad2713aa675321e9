using System.ComponentModel;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Pryvd.Agent.Running;
using Pryvd.Model.Components;
using HealthService = Grpc.Health.V1.Health;

namespace Pryvd.Agent.Checks;

/// <summary>What the checks of one run are made on.</summary>
/// <param name="Address">Host under which the instance is reached, by others, too.</param>
/// <param name="Environment">Of the instance, for commands.</param>
internal sealed record ProbeTarget(string Address, IReadOnlyDictionary<string, int> Ports, IReadOnlyDictionary<string, string> Environment, string Folder, string Artifact, string? User);

/// <summary>One look at one instance. Null when it is well, else why not; nothing of what the instance said is in that.</summary>
internal static class Probes
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(1), MaxResponseHeadersLength = 64,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static async Task<string?> LookAsync(CheckSpec check, ProbeTarget target, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(check.TimeoutMs);
        try
        {
            return check.Kind switch
            {
                CheckKind.Tcp => await TcpAsync(check, target, limit.Token).ConfigureAwait(false),
                CheckKind.Http => await HttpAsync(check, target, limit.Token).ConfigureAwait(false),
                CheckKind.Grpc => await GrpcAsync(check, target, limit.Token).ConfigureAwait(false),
                CheckKind.Command => await CommandAsync(check, target, cancel).ConfigureAwait(false),
                _ => null,
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer within {check.TimeoutMs} ms";
        }
        catch (Exception failure) when (failure is SocketException or HttpRequestException or IOException or RpcException or Win32Exception)
        {
            return failure switch
            {
                HttpRequestException { InnerException: SocketException inner } => Refused(inner, check, target),
                SocketException socket => Refused(socket, check, target),
                RpcException rpc => rpc.StatusCode == StatusCode.DeadlineExceeded ? $"no answer within {check.TimeoutMs} ms" : $"the call failed: {rpc.StatusCode}",
                HttpRequestException => "the request failed: no HTTP answer",
                _ => failure.Message,
            };
        }
    }

    private static async Task<string?> TcpAsync(CheckSpec check, ProbeTarget target, CancellationToken cancel)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(target.Address, Port(check, target), cancel).ConfigureAwait(false);
        return null;
    }

    private static async Task<string?> HttpAsync(CheckSpec check, ProbeTarget target, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Base(check, target) + (check.Path.StartsWith('/') ? check.Path : "/" + check.Path));
        using var reply = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        return (int)reply.StatusCode is >= 200 and < 400 ? null : $"HTTP status {(int)reply.StatusCode}";
    }

    private static async Task<string?> GrpcAsync(CheckSpec check, ProbeTarget target, CancellationToken cancel)
    {
        using var channel = GrpcChannel.ForAddress(Base(check, target));
        var reply = await new HealthService.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = check.Path }, cancellationToken: cancel).ResponseAsync.ConfigureAwait(false);
        return reply.Status == HealthCheckResponse.Types.ServingStatus.Serving ? null : $"gRPC health is {reply.Status}";
    }

    private static async Task<string?> CommandAsync(CheckSpec check, ProbeTarget target, CancellationToken cancel)
    {
        List<string> command = [.. check.Command.Select(word => Core.StartOrders.Replace(word, target.Environment))];
        command[0] = ProgramPath.Find(command[0], target.Artifact, target.Environment["PATH"]);
        var outcome = await new BoundedCommand(command, target.Environment, target.Folder)
        {
            User = target.User, Timeout = TimeSpan.FromMilliseconds(check.TimeoutMs),
        }.RunAsync(cancel).ConfigureAwait(false);
        return outcome.ExitCode switch
        {
            0 => null,
            null => $"the command did not end within {check.TimeoutMs} ms",
            var code => $"the command ended with exit code {code}",
        };
    }

    private static int Port(CheckSpec check, ProbeTarget target) => target.Ports.TryGetValue(check.Port, out var port) ? port : throw new IOException($"there is no port '{check.Port}'");

    private static string Base(CheckSpec check, ProbeTarget target) =>
        $"http://{(target.Address.Contains(':', StringComparison.Ordinal) ? $"[{target.Address}]" : target.Address)}:{Port(check, target)}";

    private static string Refused(SocketException failure, CheckSpec check, ProbeTarget target) => failure.SocketErrorCode == SocketError.ConnectionRefused
        ? $"nothing listens on port {Port(check, target)} of {target.Address}"
        : $"port {Port(check, target)} of {target.Address} cannot be reached: {failure.SocketErrorCode}";
}
