using Google.Protobuf;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>R1, R5: what the verbs of components ask, wait for and say.</summary>
public sealed class ComponentVerbTests : IDisposable
{
    private const string Yaml = "component: web\ncommand: [/bin/web]\n";

    private readonly TemporaryFolder _folder = new();

    public ComponentVerbTests() => File.WriteAllText(_folder.In("web.yaml"), Yaml);

    private string Path_ => _folder.In("web.yaml");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("component list --stale", """{ "mode": { "stale": true } }""")]
    [InlineData("component stop core", """{ "requestId": "id-1", "target": "core", "change": "stop" }""")]
    [InlineData("component start core", """{ "requestId": "id-1", "target": "core", "change": "start" }""")]
    [InlineData("component restart core/0", """{ "requestId": "id-1", "target": "core/0", "change": "restart" }""")]
    [InlineData("component delete core --if-version 3 --yes", """{ "requestId": "id-1", "name": "core", "ifVersion": "3" }""")]
    [InlineData("component explain core/0", """{ "instance": "core/0" }""")]
    [InlineData("route list", "{ }")]
    public async Task A_verb_asks_for_what_it_was_told(string line, string request)
    {
        await using var daemon = await FakeDaemon.Started();
        var run = await CliRun.Of(daemon, line.Split(' '));
        Assert.True(run.ExitCode == ExitCode.Done, run.Error.ToString());
        Assert.Equal(request, JsonFormatter.Default.Format(daemon.Requests.Last()));
    }

    [Fact]
    public async Task Plan_tells_by_its_exit_code_whether_something_would_change()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<PlanComponentsRequest>(_ => new PlanComponentsReply { Components = { new ComponentDiff { Name = "web", Change = "unchanged" } } });
        Assert.Equal(0, (await CliRun.Of(daemon, "component", "plan", Path_)).ExitCode);

        daemon.On<PlanComponentsRequest>(_ => new PlanComponentsReply
        {
            Components = { new ComponentDiff { Name = "web", Change = "changed", Fields = { new FieldDiff { Path = "count", Old = "1", New = "2" } } } },
            Decisions = { new PlannedDecision { Action = "place", Instance = "web/1", Node = "n2", Reason = "spread" } },
            Waits = { new PlanWait { Instance = "web/2", Reason = "no node has the tag" } },
        });
        var run = await CliRun.Of(daemon, "component", "plan", Path_);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "~ component web (changed)\n    count: 1 -> 2\n  place web/1 on n2: spread\n  web/2 waits: no node has the tag\n", run.Out.ToString());

        daemon.On<PlanComponentsRequest>(_ => throw new RpcException(new Status(StatusCode.InvalidArgument, "web.yaml:1:1: one\nweb.yaml:2:1: two")));
        run = await CliRun.Of(daemon, "component", "plan", Path_);
        Assert.Equal((255, "error: web.yaml:1:1: one\nerror: web.yaml:2:1: two\n"), (run.ExitCode, run.Error.ToString()));
    }

    [Fact]
    public async Task Apply_waits_until_all_instances_are_healthy_in_the_new_version_and_shows_the_steps()
    {
        await using var daemon = await Applying(count: 1);
        daemon.OnStream<WatchInstancesRequest>(async (_, write, _) =>
        {
            await write(Change("web/0", "healthy", version: 1));
            await write(new InstanceChange { Synced = true });
            await write(Change("web/0", "starting", version: 2));
            await write(Change("web/0", "healthy", version: 2));
            await Task.Delay(Timeout.Infinite, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        });
        var run = await CliRun.Of(daemon, "component", "apply", Path_, "--yes");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error.ToString());
        Assert.Equal(
            "~ component web (changed)\nweb/0  n1  healthy\nweb/0  n1  starting\nweb/0  n1  healthy\n1 component applied, 1 changed; all instances are healthy.\n",
            run.Out.ToString());
        Assert.Equal(Yaml, daemon.Of<ApplyComponentsRequest>()[0].Files[0].Yaml);
    }

    [Fact]
    public async Task Apply_says_what_it_waited_for_when_its_time_is_over()
    {
        await using var daemon = await Applying(count: 2);
        daemon.OnStream<WatchInstancesRequest>(async (_, write, stop) =>
        {
            await write(Change("web/0", "crash_loop", version: 2, "exit code 1"));
            await write(new InstanceChange { Synced = true });
            await Task.Delay(Timeout.Infinite, stop);
        });
        var run = await CliRun.Of(daemon, "component", "apply", Path_, "--yes", "--timeout", "1s");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("web/0 is crash_loop on n1 (exit code 1); web/1 has no node yet", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("pryvd component explain web/0", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_asks_first_and_a_no_changes_nothing()
    {
        await using var daemon = await Applying(count: 0);
        daemon.On<PlanComponentsRequest>(_ => new PlanComponentsReply { Components = { new ComponentDiff { Name = "web", Change = "new" } } });
        Assert.Equal(ExitCode.WrongUsage, (await CliRun.Of(daemon, "component", "apply", Path_)).ExitCode);
        var no = new CliRun(daemon) { CanAsk = true }.Typing("n\n");
        Assert.Equal(ExitCode.Failed, await no.Go(["component", "apply", Path_]));
        Assert.Empty(daemon.Of<ApplyComponentsRequest>());
        var yes = new CliRun(daemon) { CanAsk = true }.Typing("y\n");
        Assert.Equal(ExitCode.Done, await yes.Go(["component", "apply", Path_]));
        Assert.Single(daemon.Of<ApplyComponentsRequest>());
    }

    [Fact]
    public async Task Detached_it_returns_at_once_and_its_json_has_the_versions()
    {
        await using var daemon = await Applying(count: 3);
        var run = await CliRun.Of(daemon, "component", "apply", Path_, "--yes", "--detach", "-o", "json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("\"version\": 2", run.Out.ToString(), StringComparison.Ordinal);
        Assert.Empty(daemon.Of<WatchInstancesRequest>());
    }

    [Fact]
    public async Task An_artifact_beside_the_file_goes_with_its_checksum()
    {
        await File.WriteAllTextAsync(_folder.In("web.zip"), "content");
        await File.WriteAllTextAsync(Path_, Yaml + "artifact: web.zip\n");
        await using var daemon = await Applying(count: 0);
        daemon.On<FindArtifactRequest>(_ => new FindArtifactReply { Found = true });
        Assert.Equal(ExitCode.Done, (await CliRun.Of(daemon, "component", "apply", Path_, "--yes")).ExitCode);
        var given = daemon.Of<ApplyComponentsRequest>()[0].Files[0].Artifacts["web.zip"];
        Assert.Equal(("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73", 7), (given.Sha256, given.Size));
        Assert.Equal(given.Sha256, daemon.Of<FindArtifactRequest>()[0].Sha256);
    }

    private static async Task<FakeDaemon> Applying(int count)
    {
        var daemon = await FakeDaemon.Started();
        daemon.On<ApplyComponentsRequest>(_ => new ApplyComponentsReply { Index = 7, Components = { new ComponentDiff { Name = "web", Change = "changed" } }, Versions = { 2 } });
        daemon.On<GetComponentRequest>(_ => new GetComponentReply { Component = new Component { Name = "web", Version = 2, SpecJson = $$"""{"count":{{count}}}""" } });
        return daemon;
    }

    private static InstanceChange Change(string id, string state, long version, string detail = "") =>
        new() { Instance = new Instance { Id = id, Node = "n1", State = state, Detail = detail, Wanted = true, SpecVersion = version } };
}
