using Pryvd.Model.Components;
using Pryvd.Specs;

namespace Pryvd.Tests.Specs;

/// <summary>Component files as a user would write them.</summary>
internal static class Files
{
    public const string Full = """
        component: core
        count: 2
        driver: process
        artifact: build/core.tar.gz
        command: [./core, --port, "${PRYVD_PORT_HTTP}"]
        prepare:
          - [./core, migrate]
          - command: [./core, warm]
            timeout: 2m
        environment:
          LOG_LEVEL: info
          WORKERS: 4
        ports:
          http: auto
          admin: 9090
        checks:
          - http: /health
            port: http
            every: 1s
            timeout: 500ms
          - tcp: admin
            failures: 5
          - grpc: ""
            port: http
            name: rpc
          - command: [./core, check]
        resources:
          cpu: 500m
          memory: 256MiB
        constraints:
          - tag: disk
            is: [ssd, nvme]
          - tag: region
            not: us
          - tag: gpu
          - tag: old
            absent: true
        spread: [datacenter, rack]
        home: anywhere
        exclusive: false
        restart:
          first_delay: 1s
          last_delay: 1m
          loop_crashes: 3
          loop_window: 30s
        stop:
          signal: SIGINT
          grace: 5s
        user: www-data
        priority: 70
        routes:
          core.example.com: http
        logs:
          file_size: 1MiB
          files: 2

        """;

    public static readonly Dictionary<string, ArtifactFacts> Artifacts = new(StringComparer.Ordinal)
    {
        ["build/core.tar.gz"] = new(new string('a', 64), 1_234),
    };

    public static (IReadOnlyList<ComponentSpec> Specs, IReadOnlyList<SpecFault> Faults) Read(string yaml) =>
        SpecFiles.Read([new SpecFile("core.yaml", yaml, Artifacts)]);

    public static ComponentSpec One(string yaml)
    {
        var (specs, faults) = Read(yaml);
        Assert.Empty(faults);
        return Assert.Single(specs);
    }
}
