using Pryvd.Model.Rows;

namespace Pryvd.Model.Components;

/// <summary>A spec as canonical JSON: every field in a fixed order, so that equal specs are equal texts.</summary>
public static class SpecJson
{
    public static string Write(ComponentSpec spec) => new CanonicalJson()
        .Text("name", spec.Name)
        .Number("count", spec.Count)
        .Text("driver", spec.Driver.Word())
        .Artifact(spec.Artifact)
        .Texts("command", spec.Command)
        .Objects("prepare", spec.Prepare.Select(Of))
        .Object("environment", Of(spec.Environment))
        .Objects("ports", spec.Ports.Select(Of))
        .Objects("checks", spec.Checks.Select(Of))
        .Object("resources", Of(spec.Resources))
        .Limits(spec.Limits)
        .Objects("constraints", spec.Constraints.Select(Of))
        .Texts("spread", spec.Spread)
        .Text("home", spec.Home.Word())
        .Flag("exclusive", spec.Exclusive)
        .Object("restart", Of(spec.Restart))
        .Object("stop", Of(spec.Stop))
        .User(spec.User)
        .Number("priority", spec.Priority)
        .Objects("routes", spec.Routes.Select(Of))
        .Object("logs", Of(spec.Logs))
        .EndText();

    /// <summary>Reads what <see cref="Write"/> wrote; anything else is a <see cref="RowDamageException"/>.</summary>
    public static ComponentSpec Read(string json) => RowReader.Read("spec", json, row => new ComponentSpec
    {
        Name = row.Text("name"),
        Count = row.Int("count"),
        Driver = row.Choice<Driver>("driver"),
        Artifact = row.IsNull("artifact") ? null : ReadArtifact(row.Object("artifact")),
        Command = row.Texts("command"),
        Prepare = row.Objects("prepare", step => new PrepareStep(step.Texts("command"), step.Int("timeout_ms"))),
        Environment = ReadEnvironment(row.Object("environment")),
        Ports = row.Objects("ports", port => new PortSpec(port.Text("name"), port.IsNull("fixed") ? null : port.Int("fixed"))),
        Checks = row.Objects("checks", ReadCheck),
        Resources = ReadResources(row.Object("resources")),
        Limits = row.Has("limits") ? ReadLimits(row.Object("limits")) : Components.Limits.None,
        Constraints = row.Objects("constraints", item => new TagConstraint(item.Text("key"), item.Texts("values"), item.Flag("not"))),
        Spread = row.Texts("spread"),
        Home = row.Choice<HomePolicy>("home"),
        Exclusive = row.Flag("exclusive"),
        Restart = ReadRestart(row.Object("restart")),
        Stop = ReadStop(row.Object("stop")),
        User = row.IsNull("user") ? null : row.Text("user"),
        Priority = row.Int("priority"),
        Routes = row.Objects("routes", route => new RouteSpec(route.Text("host"), route.Text("port"))),
        Logs = ReadLogs(row.Object("logs")),
    });

    private static CanonicalJson Artifact(this CanonicalJson json, ArtifactRef? artifact) => artifact is null
        ? json.Null("artifact")
        : json.Object("artifact", new CanonicalJson()
            .Text("sha256", artifact.Sha256)
            .Number("size", artifact.Size)
            .Text("format", artifact.Format.Word())
            .Text("name", artifact.Name));

    // Left out where there are none: such specs are the same texts as before there were limits.
    private static CanonicalJson Limits(this CanonicalJson json, Limits limits) => limits == Components.Limits.None
        ? json
        : json.Object("limits", new CanonicalJson().Number("cpu_millis", limits.CpuMillis).Number("memory_mb", limits.MemoryMb).Number("tasks", limits.Tasks));

    private static CanonicalJson User(this CanonicalJson json, string? user) => user is null ? json.Null("user") : json.Text("user", user);

    private static CanonicalJson Of(PrepareStep step) => new CanonicalJson().Texts("command", step.Command).Number("timeout_ms", step.TimeoutMs);

    private static CanonicalJson Of(IReadOnlyDictionary<string, string> environment) => environment
        .OrderBy(item => item.Key, StringComparer.Ordinal)
        .Aggregate(new CanonicalJson(), (json, item) => json.Text(item.Key, item.Value));

    private static CanonicalJson Of(PortSpec port) => port.Fixed is { } number
        ? new CanonicalJson().Text("name", port.Name).Number("fixed", number)
        : new CanonicalJson().Text("name", port.Name).Null("fixed");

    private static CanonicalJson Of(CheckSpec check) => new CanonicalJson()
        .Text("name", check.Name)
        .Text("kind", check.Kind.Word())
        .Text("port", check.Port)
        .Text("path", check.Path)
        .Texts("command", check.Command)
        .Number("interval_ms", check.IntervalMs)
        .Number("timeout_ms", check.TimeoutMs)
        .Number("failures", check.Failures)
        .Number("successes", check.Successes)
        .Number("startup_ms", check.StartupMs);

    private static CanonicalJson Of(Resources resources) =>
        new CanonicalJson().Number("cpu_millis", resources.CpuMillis).Number("memory_mb", resources.MemoryMb);

    private static CanonicalJson Of(TagConstraint constraint) =>
        new CanonicalJson().Text("key", constraint.Key).Texts("values", constraint.Values).Flag("not", constraint.Not);

    private static CanonicalJson Of(RestartPolicy restart) => new CanonicalJson()
        .Number("first_delay_ms", restart.FirstDelayMs)
        .Number("last_delay_ms", restart.LastDelayMs)
        .Number("loop_crashes", restart.LoopCrashes)
        .Number("loop_window_ms", restart.LoopWindowMs)
        .Flag("unhealthy", restart.Unhealthy);

    private static CanonicalJson Of(StopPolicy stop) => new CanonicalJson().Text("signal", stop.Signal).Number("grace_ms", stop.GraceMs);

    private static CanonicalJson Of(RouteSpec route) => new CanonicalJson().Text("host", route.Host).Text("port", route.Port);

    private static CanonicalJson Of(LogPolicy logs) => new CanonicalJson().Number("file_bytes", logs.FileBytes).Number("files", logs.Files);

    private static ArtifactRef ReadArtifact(RowReader row) =>
        new(row.Text("sha256"), row.Number("size"), row.Choice<ArtifactFormat>("format"), row.Text("name"));

    private static SortedDictionary<string, string> ReadEnvironment(RowReader row)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in row.Names)
        {
            environment[name] = row.Text(name);
        }

        return environment;
    }

    private static CheckSpec ReadCheck(RowReader row) => new(
        row.Text("name"),
        row.Choice<CheckKind>("kind"),
        row.Text("port"),
        row.Text("path"),
        row.Texts("command"),
        row.Int("interval_ms"),
        row.Int("timeout_ms"),
        row.Int("failures"),
        row.Int("successes"),
        row.Int("startup_ms"));

    private static Resources ReadResources(RowReader row) => new(row.Int("cpu_millis"), row.Int("memory_mb"));

    private static Limits ReadLimits(RowReader row) => new(row.Int("cpu_millis"), row.Int("memory_mb"), row.Int("tasks"));

    private static RestartPolicy ReadRestart(RowReader row) =>
        new(row.Int("first_delay_ms"), row.Int("last_delay_ms"), row.Int("loop_crashes"), row.Int("loop_window_ms"), row.Flag("unhealthy"));

    private static StopPolicy ReadStop(RowReader row) => new(row.Text("signal"), row.Int("grace_ms"));

    private static LogPolicy ReadLogs(RowReader row) => new(row.Number("file_bytes"), row.Int("files"));
}
