using Pryvd.Model.Components;
using Pryvd.Specs.Shapes;
using Pryvd.Specs.Yaml;

namespace Pryvd.Specs;

/// <summary>Makes the spec from a document whose shape was found right; every default is filled in.</summary>
internal sealed class SpecBuilder(YamlMap document)
{
    private static readonly YamlMap Nothing = new(default, []);

    /// <param name="artifact">What the document's artifact stands for; null when it has none.</param>
    public ComponentSpec Build(ArtifactRef? artifact)
    {
        var ports = Entries("ports").Select(entry => new PortSpec(entry.Key.Value, NumberOrAuto(entry.Value))).ToList();
        return new ComponentSpec
        {
            Name = Text(document, "component", ""),
            Count = Number(document, "count", 1),
            Driver = Choice<Driver>("driver"),
            Artifact = artifact,
            Command = Texts(document.Find("command")),
            Prepare = [.. Items("prepare").Select(PrepareStep)],
            Environment = Environment(),
            Ports = ports,
            Checks = [.. Items("checks").Select(item => Check((YamlMap)item, ports))],
            Resources = Resources(Map("resources")),
            Limits = Limits(Map("limits")),
            Constraints = [.. Items("constraints").Select(item => Constraint((YamlMap)item))],
            Spread = document.Find("spread") is { } spread ? Texts(spread) : ["datacenter"],
            Home = Choice<HomePolicy>("home"),
            Exclusive = Text(document, "exclusive", "true") == "true",
            Restart = Restart(Map("restart")),
            Stop = Stop(Map("stop")),
            User = document.Find("user") is YamlText user ? user.Value : null,
            Priority = Number(document, "priority", 50),
            Routes = [.. Entries("routes").Select(entry => new RouteSpec(entry.Key.Value, ((YamlText)entry.Value).Value))],
            Logs = Logs(Map("logs")),
        };
    }

    /// <summary>Path and format of the artifact as the document has them, or null.</summary>
    public (string Path, ArtifactFormat Format)? Artifact()
    {
        var node = document.Find("artifact");
        var path = node switch
        {
            YamlText text => text.Value,
            YamlMap map => Text(map, "file", ""),
            _ => null,
        };
        return path is null ? null : (path, node is YamlMap described && described.Find("format") is YamlText format ? FormatOf(format.Value) : FormatOfName(path));
    }

    private static ArtifactFormat FormatOf(string word) => word switch
    {
        "tar.gz" => ArtifactFormat.TarGz,
        "zip" => ArtifactFormat.Zip,
        _ => ArtifactFormat.File,
    };

    private static ArtifactFormat FormatOfName(string path) =>
        path.EndsWith(".tar.gz", StringComparison.Ordinal) || path.EndsWith(".tgz", StringComparison.Ordinal) ? ArtifactFormat.TarGz
        : path.EndsWith(".zip", StringComparison.Ordinal) ? ArtifactFormat.Zip
        : ArtifactFormat.File;

    private static int? NumberOrAuto(YamlNode node) => NumberShape.TryRead(((YamlText)node).Value, out var value) ? (int)value : null;

    private static PrepareStep PrepareStep(YamlNode node) => node is YamlMap map
        ? new PrepareStep(Texts(map.Find("command")), Time(map, "timeout", 5 * 60 * SpecLimits.SecondMs))
        : new PrepareStep(Texts(node), 5 * 60 * SpecLimits.SecondMs);

    private SortedDictionary<string, string> Environment()
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries("environment"))
        {
            environment[name.Value] = ((YamlText)value).Value;
        }

        return environment;
    }

    private static CheckSpec Check(YamlMap map, List<PortSpec> ports)
    {
        var kind = map.Find("http") is not null ? CheckKind.Http
            : map.Find("tcp") is not null ? CheckKind.Tcp
            : map.Find("grpc") is not null ? CheckKind.Grpc
            : CheckKind.Command;
        var onlyPort = ports.Count == 1 ? ports[0].Name : "";
        return new CheckSpec(
            Text(map, "name", kind.Word()),
            kind,
            kind switch
            {
                CheckKind.Tcp => Text(map, "tcp", ""),
                CheckKind.Command => "",
                _ => Text(map, "port", onlyPort),
            },
            kind is CheckKind.Http or CheckKind.Grpc ? Text(map, kind.Word(), "") : "",
            kind == CheckKind.Command ? Texts(map.Find("command")) : [],
            Time(map, "every", 2 * SpecLimits.SecondMs),
            Time(map, "timeout", 2 * SpecLimits.SecondMs),
            Number(map, "failures", 3),
            Number(map, "successes", 1),
            Time(map, "startup", 30 * SpecLimits.SecondMs));
    }

    private static Resources Resources(YamlMap map) => new(Cpu(map), Memory(map));

    private static Limits Limits(YamlMap map) => new(Cpu(map), Memory(map), Number(map, "tasks", 0));

    private static int Cpu(YamlMap map)
    {
        _ = Quantities.TryCpuMillis(Text(map, "cpu", "0"), out var cpu);
        return cpu;
    }

    /// <summary>MiB, rounded up.</summary>
    private static int Memory(YamlMap map)
    {
        const int bytesPerMb = 1 << 20;
        return (int)Math.Min((Bytes(map, "memory", 0) + bytesPerMb - 1) / bytesPerMb, int.MaxValue);
    }

    private static TagConstraint Constraint(YamlMap map)
    {
        var values = map.Find("is") ?? map.Find("not");
        var isTurned = map.Find("not") is not null || Text(map, "absent", "false") == "true";
        return new TagConstraint(Text(map, "tag", ""), values is null ? [] : Texts(values), isTurned);
    }

    private static RestartPolicy Restart(YamlMap map)
    {
        var standard = RestartPolicy.Default;
        return new RestartPolicy(
            Time(map, "first_delay", standard.FirstDelayMs),
            Time(map, "last_delay", standard.LastDelayMs),
            Number(map, "loop_crashes", standard.LoopCrashes),
            Time(map, "loop_window", standard.LoopWindowMs),
            Text(map, "unhealthy", "true") == "true");
    }

    private static StopPolicy Stop(YamlMap map) =>
        new(Text(map, "signal", StopPolicy.Default.Signal), Time(map, "grace", StopPolicy.Default.GraceMs));

    private static LogPolicy Logs(YamlMap map) =>
        new(Bytes(map, "file_size", LogPolicy.Default.FileBytes), Number(map, "files", LogPolicy.Default.Files));

    private T Choice<T>(string key)
        where T : struct, Enum => ComponentWords.TryParse<T>(Text(document, key, ""), out var value) ? value : default;

    private YamlMap Map(string key) => document.Find(key) as YamlMap ?? Nothing;

    private IReadOnlyList<KeyValuePair<YamlText, YamlNode>> Entries(string key) => Map(key).Entries;

    private IReadOnlyList<YamlNode> Items(string key) => document.Find(key) is YamlList list ? list.Items : [];

    private static string Text(YamlMap map, string key, string otherwise) => map.Find(key) is YamlText text ? text.Value : otherwise;

    private static int Number(YamlMap map, string key, int otherwise) =>
        NumberShape.TryRead(Text(map, key, ""), out var value) ? (int)value : otherwise;

    private static int Time(YamlMap map, string key, int otherwise) => Quantities.TryMilliseconds(Text(map, key, ""), out var ms) ? ms : otherwise;

    private static long Bytes(YamlMap map, string key, long otherwise) => Quantities.TryBytes(Text(map, key, ""), out var bytes) ? bytes : otherwise;

    private static IReadOnlyList<string> Texts(YamlNode? node) => node switch
    {
        YamlList list => [.. list.Items.OfType<YamlText>().Select(text => text.Value)],
        YamlText text => [text.Value],
        _ => [],
    };
}
