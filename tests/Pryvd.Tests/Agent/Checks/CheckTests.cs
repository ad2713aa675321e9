using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc;
using Pryvd.Agent.Checks;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Agent.Running;
using Pryvd.Model.Components;
using Pryvd.Tests.Agent.Core;
using Pryvd.Tests.Api;

namespace Pryvd.Tests.Agent.Checks;

/// <summary>Checks are made against real sockets, HTTP and gRPC servers and commands; only turns are told (H1).</summary>
public sealed class CheckTests
{
    private const string Here = "127.0.0.1";

    [Fact]
    public async Task A_port_is_well_while_something_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var target = Target(((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.Null(await Look(CheckKind.Tcp, target));
        listener.Stop();
        Assert.Contains("nothing listens", await Look(CheckKind.Tcp, target), StringComparison.Ordinal);
        Assert.Contains("no port", await Probes.LookAsync(Check(CheckKind.Tcp) with { Port = "other" }, target, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_http_answer_of_200_or_300_is_well_others_late_ones_and_nonsense_are_not()
    {
        await using var server = await ServeAsync(app => app.Run(context => Task.Run(async () =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
            if (context.Response.StatusCode == 299)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        })));
        using var nonsense = new TcpListener(IPAddress.Loopback, 0);
        nonsense.Start();
        var answering = AnswerNonsenseAsync(nonsense);

        Assert.Null(await Look(CheckKind.Http, Target(Port(server)), "/200"));
        Assert.Null(await Look(CheckKind.Http, Target(Port(server)), "302"));
        Assert.Equal("HTTP status 500", await Look(CheckKind.Http, Target(Port(server)), "/500"));
        Assert.Equal("no answer within 500 ms", await Look(CheckKind.Http, Target(Port(server)), "/299", timeoutMs: 500));
        Assert.Equal("the request failed: no HTTP answer", await Look(CheckKind.Http, Target(((IPEndPoint)nonsense.LocalEndpoint).Port), "/"));
        await answering;
    }

    [Fact]
    public async Task The_standard_grpc_health_service_is_asked()
    {
        var health = new HealthServiceImpl();
        await using var server = await ServeAsync(
            app => app.MapGrpcService<HealthServiceImpl>(), services => services.AddSingleton(health).AddGrpc());
        health.SetStatus("core", HealthCheckResponse.Types.ServingStatus.Serving);

        Assert.Null(await Look(CheckKind.Grpc, Target(Port(server)), "core"));
        health.SetStatus("core", HealthCheckResponse.Types.ServingStatus.NotServing);
        Assert.Equal("gRPC health is NotServing", await Look(CheckKind.Grpc, Target(Port(server)), "core"));
        Assert.Equal("the call failed: NotFound", await Look(CheckKind.Grpc, Target(Port(server)), "nobody"));
    }

    [Theory]
    [InlineData("exit 0", null)]
    [InlineData("exit 7", "the command ended with exit code 7")]
        [InlineData("head -c 10000000 /dev/zero", null)]
    [InlineData("test \"$WHO\" = me && test ${WHO} = me", null)]
    public async Task A_command_is_well_when_it_ends_with_0_in_time(string script, string? problem)
    {
        var check = Check(CheckKind.Command) with { Command = ["sh", "-c", script] };

        Assert.Equal(problem, await Probes.LookAsync(check, Target(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed()
    {
        var check = Check(CheckKind.Command) with { Command = ["sh", "-c", "sleep 1000"], TimeoutMs = 500 };

        Assert.Equal("the command did not end within 500 ms", await Probes.LookAsync(check, Target(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_said() =>
        Assert.Contains("no program", await Probes.LookAsync(Check(CheckKind.Command) with { Command = ["pryvd-no-such-thing"] }, Target(1), CancellationToken.None), StringComparison.Ordinal);

    [Fact]
    public async Task Turns_are_told_once_and_checks_end_with_their_run()
    {
        var turns = new ConcurrentQueue<AgentEvent.CheckTurned>();
        await using var runner = new CheckRunner(
            turned =>
            {
                turns.Enqueue(turned);
                return ValueTask.CompletedTask;
            },
            () => BootClock.NowMs);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var check = Check(CheckKind.Tcp) with { IntervalMs = 20, Failures = 3 };
        var run = new DriverInstance(Make.Core0, 1, 1, 1, 0, 1, BootClock.NowMs - 60_000, null, null);
        runner.Watch(run, Make.Assignment(Make.Core0, 1, Make.Spec("core") with { Checks = [check] }), Target(((IPEndPoint)listener.LocalEndpoint).Port));

        await Within.UntilAsync(() => turns.Count == 1);
        listener.Stop();
        await Within.UntilAsync(() => turns.Count == 2);
        runner.Unwatch(Make.Core0, 1);

        Assert.Equal([true, false], turns.Select(t => t.Healthy));
        Assert.StartsWith("check up: nothing listens", turns.Last().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_so_many_in_a_row_turn_a_check() => Prop.ForAll(
        Gen.Elements(true, false).ArrayOf().ToArbitrary(), Gen.Choose(1, 5).Two().ToArbitrary(), (results, thresholds) =>
        {
            var check = Check(CheckKind.Tcp) with { Failures = thresholds.Item1, Successes = thresholds.Item2 };
            bool? model = null;
            var tally = CheckTally.New;
            for (var i = 0; i < results.Length; i++)
            {
                tally = tally.With(results[i], starting: false, check);
                var row = results.Take(i + 1).Reverse().TakeWhile(r => r == results[i]).Count();
                model = row >= (results[i] ? check.Successes : check.Failures) ? results[i] : model;
                Assert.Equal(model, tally.IsHealthy);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Failures_while_it_starts_do_not_count()
    {
        var check = Check(CheckKind.Tcp) with { Failures = 1 };

        Assert.Null(CheckTally.New.With(false, starting: true, check).IsHealthy);
        Assert.False(CheckTally.New.With(true, true, check).With(false, starting: true, check).IsHealthy);
    }

    private static Task<string?> Look(CheckKind kind, ProbeTarget target, string path = "", int timeoutMs = 20_000) =>
        Probes.LookAsync(Check(kind) with { Path = path, TimeoutMs = timeoutMs }, target, CancellationToken.None);

    private static CheckSpec Check(CheckKind kind) => new("up", kind, "main", "", [], 1_000, 20_000, 3, 1, 0);

    private static ProbeTarget Target(int port) => new(
        Here, new Dictionary<string, int> { ["main"] = port }, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["WHO"] = "me" }, "/", "/nowhere", null);

    private static async Task AnswerNonsenseAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("I am no web server\r\n"u8.ToArray());
    }

    private static int Port(WebApplication app) => new Uri(app.Urls.Single()).Port;

    private static async Task<WebApplication> ServeAsync(Action<WebApplication> map, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (services is null)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ForGrpc().Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseGrpc());
            }
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
