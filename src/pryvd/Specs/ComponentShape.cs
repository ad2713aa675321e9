using Pryvd.Model.Components;
using Pryvd.Specs.Shapes;

namespace Pryvd.Specs;

/// <summary>The table of a component file: every key, what may stand there, and what it means. Finer rules are in <see cref="SpecRules"/>.</summary>
internal static class ComponentShape
{
    private static readonly Shape Word = new TextShape("a word");

    private static readonly Shape Arguments = new ListShape(new TextShape("a word"), "a list of program and arguments, such as [./core, --port, \"${PRYVD_PORT_HTTP}\"]");

    private static readonly Shape Words = new EitherShape(Word, new ListShape(Word, "a list of words"));

    private static readonly Shape Artifact = new EitherShape(
        new TextShape("a path beside the file"),
        new ObjectShape(
            new Key("file", new TextShape("a path beside the file"), "Path of the artifact, beside the component file.", IsRequired: true),
            new Key("format", new WordShape(["file", "tar.gz", "zip"]), "How it is packed; by default as its name ends: .tar.gz and .tgz, .zip, anything else is a plain file.")));

    private static readonly Shape PrepareStep = new EitherShape(
        Arguments,
        new ObjectShape(
            new Key("command", Arguments, "Program and arguments.", IsRequired: true),
            new Key("timeout", new TimeShape(), "It is killed after this (default 5m).")));

    private static readonly Shape Port = new EitherShape(new WordShape(["auto"]), new NumberShape(1, SpecLimits.MaxPort));

    private static readonly ObjectShape Check = new(
        [
            new Key("http", new TextShape("a path, such as /health"), "Path that must answer with a status from 200 to 399."),
            new Key("tcp", new TextShape("the name of a port"), "Name of the port that must take a connection."),
            new Key("grpc", new TextShape("the name of a service, or \"\" for the whole server"), "Service that the gRPC health protocol must call serving; \"\" for the whole server."),
            new Key("command", Arguments, "Program and arguments; exit code 0 is healthy."),
            new Key("port", new TextShape("the name of a port"), "Name of the port for http and grpc; not needed when there is one port alone."),
            new Key("name", Word, "For messages (default: the kind)."),
            new Key("every", new TimeShape(), "Time between two checks (default 2s)."),
            new Key("timeout", new TimeShape(), "A check that takes longer has failed (default 2s)."),
            new Key("failures", new NumberShape(1, 100), "So many failures in a row make it unhealthy (default 3)."),
            new Key("successes", new NumberShape(1, 100), "So many successes in a row make it healthy again (default 1)."),
            new Key("startup", new TimeShape(), "For so long after its start failures do not count (default 30s)."),
        ],
        OneOf: ["http", "tcp", "grpc", "command"],
        AtMostOneOf: []);

    private static readonly ObjectShape Constraint = new(
        [
            new Key("tag", Word, "Key of the tag; datacenter, group and node count as tags. Alone: the node must have it, whatever its value.", IsRequired: true),
            new Key("is", Words, "The value that the tag must have, or a list of which it must have one."),
            new Key("not", Words, "The value that the tag must not have, or a list of such."),
            new Key("absent", new FlagShape(), "true: the node must not have the tag at all."),
        ],
        OneOf: [],
        AtMostOneOf: ["is", "not", "absent"]);

    public static readonly ObjectShape Document = new(
        new Key("component", Word, "Name of the component.", IsRequired: true),
        new Key("count", new NumberShape(0, ComponentSpec.MaxCount), "How many instances (default 1)."),
        new Key("driver", new WordShape([.. ComponentWords.All<Driver>()]), "Who starts and watches the instances (default process)."),
        new Key("artifact", Artifact, "What is brought to each node and unpacked before the first step; none for a command of the machine."),
        new Key("command", Arguments, "Program and arguments. A relative program lies in the artifact.", IsRequired: true),
        new Key("prepare", new ListShape(PrepareStep, "a list of commands"), "Commands that run once for each version on each node, in the unpacked artifact."),
        new Key("environment", new MapShape(new TextShape("a text"), "names with texts"), "Variables, beside those that the cluster gives."),
        new Key("ports", new MapShape(Port, "names with auto or a number"), "TCP ports by name: a number, or auto for one that the cluster gives."),
        new Key("checks", new ListShape(Check, "a list of checks"), "How it is found out whether an instance is healthy; none: it is while its process lives."),
        new Key("resources", new ObjectShape(
            new Key("cpu", new CpuShape(), "What one instance takes of the node's cores (default 0: not counted)."),
            new Key("memory", new SizeShape(), "What one instance takes of the node's memory (default 0: not counted).")), "What one instance takes of its node."),
        new Key("limits", new ObjectShape(
            new Key("cpu", new CpuShape(), "At most so much of the node's cores (default 0: no limit)."),
            new Key("memory", new SizeShape(), "At most so much memory; who takes more is killed (default 0: no limit)."),
            new Key("tasks", new NumberShape(0, SpecLimits.MaxTasks), "At most so many processes and threads (default 0: systemd's own limit).")), "What one instance may take at most; needs driver: systemd."),
        new Key("constraints", new ListShape(Constraint, "a list of demands on tags"), "All must hold for a node to be taken."),
        new Key("spread", new ListShape(Word, "a list of failure domains"), "Failure domains, the wider first: datacenter, group or the key of a tag (default [datacenter]); nodes come last."),
        new Key("home", new WordShape([.. ComponentWords.All<HomePolicy>()]), "When its node is dead: wait for it, since its data is there (default), or run anywhere, with an empty folder."),
        new Key("exclusive", new FlagShape(), "Never two of the same instance at once, not even for a moment (default true)."),
        new Key("restart", new ObjectShape(
            new Key("first_delay", new TimeShape(), "Before the first restart after a crash; it doubles with each (default 500ms)."),
            new Key("last_delay", new TimeShape(), "The longest delay (default 30s)."),
            new Key("loop_crashes", new NumberShape(1, 1_000), "So many crashes within the window are called a crash loop (default 5)."),
            new Key("loop_window", new TimeShape(), "The window (default 1m)."),
            new Key("unhealthy", new FlagShape(), "What its checks call unhealthy is stopped and started again like a crash (default true).")), "How crashes are answered on the node."),
        new Key("stop", new ObjectShape(
            new Key("signal", Word, "What asks it to end (default SIGTERM)."),
            new Key("grace", new TimeShape(), "It is killed after this (default 10s).")), "How an instance is stopped."),
        new Key("user", Word, "User of the machine that it runs as (default: the daemon's own)."),
        new Key("priority", new NumberShape(0, 100), "The higher is placed and re-placed first (default 50)."),
        new Key("routes", new MapShape(new TextShape("the name of a port"), "host names with names of ports"), "Host names under which healthy instances are found, each with the port."),
        new Key("logs", new ObjectShape(
            new Key("file_size", new SizeShape(), "How large one file of output grows (default 16MiB)."),
            new Key("files", new NumberShape(1, 100), "How many files are kept (default 4).")), "How much output of an instance is kept on its node."));
}
