using Pryvd.Model.Components;
using Pryvd.Specs;

namespace Pryvd.Tests.Specs;

/// <summary>R1, R4, H1: what component files say, and how what is wrong with them is told.</summary>
public sealed class SpecFilesTests
{
    [Fact]
    public void Every_key_is_read()
    {
        var spec = Files.One(Files.Full);

        Assert.Equal(("core", 2, Driver.Process, 70), (spec.Name, spec.Count, spec.Driver, spec.Priority));
        Assert.Equal(new ArtifactRef(new string('a', 64), 1_234, ArtifactFormat.TarGz, "core.tar.gz"), spec.Artifact);
        Assert.Equal(["./core", "--port", "${PRYVD_PORT_HTTP}"], spec.Command);
        Assert.Equal([300_000, 120_000], spec.Prepare.Select(step => step.TimeoutMs));
        Assert.Equal("4", spec.Environment["WORKERS"]);
        Assert.Equal([new PortSpec("http", null), new PortSpec("admin", 9_090)], spec.Ports);
        Assert.Equal([CheckKind.Http, CheckKind.Tcp, CheckKind.Grpc, CheckKind.Command], spec.Checks.Select(check => check.Kind));
        Assert.Equal(("http", "/health", 1_000, 500), (spec.Checks[0].Port, spec.Checks[0].Path, spec.Checks[0].IntervalMs, spec.Checks[0].TimeoutMs));
        Assert.Equal(("admin", 5), (spec.Checks[1].Port, spec.Checks[1].Failures));
        Assert.Equal(new Resources(500, 256), spec.Resources);
        Assert.Equal(["disk:False:ssd,nvme", "region:True:us", "gpu:False:", "old:True:"], spec.Constraints.Select(item => $"{item.Key}:{item.Not}:{string.Join(',', item.Values)}"));
        Assert.Equal(["datacenter", "rack"], spec.Spread);
        Assert.Equal((HomePolicy.Anywhere, false), (spec.Home, spec.Exclusive));
        Assert.Equal(new RestartPolicy(1_000, 60_000, 3, 30_000), spec.Restart);
        Assert.Equal(new StopPolicy("SIGINT", 5_000), spec.Stop);
        Assert.Equal([new RouteSpec("core.example.com", "http")], spec.Routes);
        Assert.Equal(new LogPolicy(1 << 20, 2), spec.Logs);
    }

    [Fact]
    public void What_is_not_said_is_as_the_model_has_it()
    {
        var spec = Files.One("component: web\ncommand: [/usr/bin/web]\n");

        Assert.Equal(SpecJson.Write(new ComponentSpec { Name = "web", Count = 1, Command = ["/usr/bin/web"] }), SpecJson.Write(spec));
    }

    [Fact]
    public void Limits_of_a_unit_are_kept_as_they_are_said()
    {
        var spec = Files.One("component: web\ncommand: [/usr/bin/web]\ndriver: systemd\nlimits: { cpu: 1.5, memory: 64MiB, tasks: 12 }\n");

        Assert.Equal((Driver.Systemd, new Limits(1_500, 64, 12)), (spec.Driver, spec.Limits));
        Assert.Equal(spec.Limits, SpecJson.Read(SpecJson.Write(spec)).Limits);
    }

    [Fact]
    public void Several_documents_are_several_components()
    {
        var (specs, faults) = Files.Read("component: a\ncommand: [x]\n---\ncomponent: b\ncommand: [y]\n---\n");
        Assert.Empty(faults);
        Assert.Equal(["a", "b"], specs.Select(spec => spec.Name));
    }

    [Fact]
    public void A_port_need_not_be_named_where_there_is_one_alone() =>
        Assert.Equal("web", Files.One("component: a\ncommand: [x]\nports: { web: auto }\nchecks:\n  - http: /\n").Checks[0].Port);

    [Fact]
    public void The_paths_of_artifacts_are_found_before_they_are_given() =>
        Assert.Equal(["build/core.tar.gz", "b.zip"], SpecFiles.ArtifactPaths(Files.Full + "---\ncomponent: b\nartifact: { file: b.zip }\n---\nartifact: b.zip\n"));

    [Theory]
    [InlineData("", 1, 1, "there is no component here")]
    [InlineData("- a", 1, 1, "must be names with values")]
    [InlineData("component: a", 1, 1, "'command' is missing")]
    [InlineData("component: a\ncomand: [x]\ncommand: [x]", 2, 1, "Did you mean 'command'?")]
    [InlineData("component: a\ncommand: ./x --flag", 2, 10, "it must be a list of program and arguments")]
    [InlineData("component: a\ncommand: []", 2, 1, "there is no program")]
    [InlineData("component: a\ncommand: [./x]", 2, 1, "there is none; add artifact")]
    [InlineData("component: a\ncommand: [x, \"${PRYVD_PORT_HTTP}\"]", 2, 14, "nothing gives ${PRYVD_PORT_HTTP}")]
    [InlineData("component: a b\ncommand: [x]", 1, 1, "is no name for a component")]
    [InlineData("component: ..\ncommand: [x]", 1, 1, "is no name for a component")]
    [InlineData("component: a\ncommand: [x]\ncount: 1001", 3, 8, "a whole number from 0 to 1000")]
    [InlineData("component: a\ncommand: [x]\ncount: two", 3, 8, "a whole number from 0 to 1000")]
    [InlineData("component: a\ncommand: [x]\nartifact: no/such.zip", 3, 1, "was not given with the file")]
    [InlineData("component: a\ncommand: [x]\nports: { http: 70000 }", 3, 16, "from 1 to 65535")]
    [InlineData("component: a\ncommand: [x]\nports: { a: 80, b: 80 }", 3, 17, "port 80 is there twice")]
    [InlineData("component: a\ncommand: [x]\nports: { a-b: auto, a_b: auto }", 3, 21, "two ports would be given as PRYVD_PORT_A_B")]
    [InlineData("component: a\ncommand: [x]\nports: { 9: auto }", 3, 10, "is no name for a port")]
    [InlineData("component: a\ncommand: [x]\nports: { http: auto }\nchecks:\n  - http: /\n    port: htpt", 6, 5, "has no port 'htpt' (it has http)")]
    [InlineData("component: a\ncommand: [x]\nchecks:\n  - tcp: http", 4, 5, "no port 'http' (it has none)")]
    [InlineData("component: a\ncommand: [x]\nchecks:\n  - every: 1s", 4, 5, "exactly one of http, tcp, grpc, command")]
    [InlineData("component: a\ncommand: [x]\nports: { p: auto }\nchecks:\n  - tcp: p\n  - tcp: p", 6, 5, "two checks are named 'tcp'")]
    [InlineData("component: a\ncommand: [x]\nports: { p: auto }\nchecks:\n  - http: health", 5, 5, "is no path")]
    [InlineData("component: a\ncommand: [x]\nports: { p: auto }\nchecks:\n  - tcp: p\n    every: 5", 6, 12, "a time with its unit")]
    [InlineData("component: a\ncommand: [x]\nports: { p: auto }\nchecks:\n  - tcp: p\n    every: 2d", 6, 5, "every must be from 100ms to 1h")]
    [InlineData("component: a\ncommand: [x]\nenvironment: { PRYVD_X: y }", 3, 16, "are given by the cluster")]
    [InlineData("component: a\ncommand: [x]\nenvironment: { A B: y }", 3, 16, "is no name of a variable")]
    [InlineData("component: a\ncommand: [x]\nenvironment: { A: \"${B}\", B: c }", 3, 16, "nothing gives ${B} a value here")]
    [InlineData("component: a\ncommand: [x]\nenvironment: { A: [x] }", 3, 19, "it must be a text")]
    [InlineData("component: a\ncommand: [x]\nprepare:\n  - [x, \"${PRYVD_INSTANCE}\"]", 4, 5, "nothing gives ${PRYVD_INSTANCE}")]
    [InlineData("component: a\ncommand: [x]\nresources: { memory: 1G }", 3, 22, "a size with its unit")]
    [InlineData("component: a\ncommand: [x]\nresources: { cpu: 1e3 }", 3, 19, "cores (2, 0.5)")]
    [InlineData("component: a\ncommand: [x]\nlimits: { memory: 1GiB }", 3, 1, "add 'driver: systemd'")]
    [InlineData("component: a\ncommand: [x]\ndriver: systemd\nlimits: { tasks: 5000000 }", 4, 18, "a whole number from 0 to 4194304")]
    [InlineData("component: a\ncommand: [x]\ndriver: systemd\nlimits: { cpu: 2000 }", 4, 11, "cpu must be between 0 and 1024 cores")]
    [InlineData("component: a\ncommand: [x]\ndriver: sytemd", 3, 9, "must be process or systemd")]
    [InlineData("component: a\ncommand: [x]\nconstraints:\n  - tag: a\n    is: x\n    not: y", 4, 5, "only one of is, not, absent")]
    [InlineData("component: a\ncommand: [x]\ncount: 2\nports: { p: 80 }\nconstraints:\n  - tag: node\n    is: n1", 6, 5, "2 instances with a fixed port cannot run on 1 node")]
    [InlineData("component: a\ncommand: [x]\nspread: [rack, rack]", 3, 16, "'rack' is there twice")]
    [InlineData("component: a\ncommand: [x]\nspread: [node]", 3, 10, "leave 'node' out")]
    [InlineData("component: a\ncommand: [x]\nhome: weit", 3, 7, "must be wait or anywhere")]
    [InlineData("component: a\ncommand: [x]\nrestart: { first_delay: 1m, last_delay: 1s }", 3, 29, "last_delay must be from 60s to 24h")]
    [InlineData("component: a\ncommand: [x]\nstop: { signal: KILL }", 3, 9, "is no signal to stop with")]
    [InlineData("component: a\ncommand: [x]\nuser: \"-x\"", 3, 1, "is no user name")]
    [InlineData("component: a\ncommand: [x]\nroutes: { Core.example.com: p }", 3, 11, "is no host name")]
    [InlineData("component: a\ncommand: [x]\nlogs: { file_size: 1KiB }", 3, 9, "file_size must be from 64 KiB to 1 GiB")]
    [InlineData("component: a\ncommand: [x]\n---\ncomponent: a\ncommand: [x]", 4, 1, "component 'a' is there twice")]
    [InlineData("component: a\ncommand: [x]\ncount: 1\ncount: 2", 4, 1, "stands here for the second time")]
    [InlineData("component: &a a\ncommand: [*a]", 1, 12, "tags (!), anchors (&) and aliases (*)")]
    [InlineData("component: !x a", 1, 12, "tags (!), anchors (&) and aliases (*)")]
    [InlineData("component: [", 2, 1, "this is not YAML")]
    [InlineData("component: [[[[[[[[[]]]]]]]]]", 1, 19, "nested more than 8 deep")]
    public void A_fault_is_told_with_its_place_and_what_to_do(string yaml, int line, int column, string part)
    {
        var (specs, faults) = Files.Read(yaml);
        Assert.Empty(specs);
        Assert.Contains(faults, fault => fault.Message.Contains(part, StringComparison.Ordinal));
        Assert.Equal((line, column), faults.Where(fault => fault.Message.Contains(part, StringComparison.Ordinal)).Select(fault => (fault.Line, fault.Column)).First());
    }

    [Fact]
    public void All_faults_are_told_at_once_with_the_name_of_the_file()
    {
        var (_, faults) = Files.Read("component: a\ncommand: [x]\ncuont: 2\nhome: no\n---\ncomponent: b\ncommand: [./x]\npriority: 50\nuser: \"-\"\n");
        Assert.Equal(["core.yaml:3:1:", "core.yaml:4:7:", "core.yaml:7:1:", "core.yaml:9:1:"], faults.Select(fault => fault.ToString().Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_too_long_too_wide_or_too_many_are_refused()
    {
        Assert.Contains("characters", Assert.Single(Files.Read(new string('#', 200_000)).Faults).Message, StringComparison.Ordinal);
        var wide = "component: a\ncommand: [" + string.Join(", ", Enumerable.Repeat("x", 9_000)) + "]";
        Assert.Contains("8192 values", Assert.Single(Files.Read(wide).Faults).Message, StringComparison.Ordinal);
        var documents = string.Concat(Enumerable.Range(0, 65).Select(number => $"---\ncomponent: c{number}\ncommand: [x]\n"));
        Assert.Contains("64 documents", Assert.Single(Files.Read(documents).Faults).Message, StringComparison.Ordinal);
        Assert.Single(SpecFiles.Read([.. Enumerable.Repeat(new SpecFile("f", "component: a", Files.Artifacts), 65)]).Faults);
        Assert.Single(SpecFiles.Read([]).Faults);
    }
}
