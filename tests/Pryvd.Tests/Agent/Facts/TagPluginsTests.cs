using Pryvd.Agent.Facts;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Agent.Facts;

/// <summary>Executables say what a node is (O7), within bounds.</summary>
public sealed class TagPluginsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    [Fact]
    public async Task Lines_become_tags_the_later_plugin_wins_and_the_score_is_the_lowest()
    {
        Plugin("10-cloud", "echo region=eu-1; echo zone=a; echo score=80");
        Plugin("20-rack", "echo zone=b; echo 'rack=r 7'; echo score=40");
        var plugins = Plugins();

        await plugins.AskAsync(CancellationToken.None);

        Assert.Equal(new Dictionary<string, string> { ["region"] = "eu-1", ["zone"] = "b", ["rack"] = "r 7" }.OrderBy(t => t.Key), plugins.Tags.OrderBy(t => t.Key));
        Assert.Equal(40, plugins.Score);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task One_that_hangs_fails_or_floods_is_said_once_and_keeps_what_it_said_last()
    {
        Plugin("a", "echo a=1");
        Plugin("hangs", "echo hang=1; exec sleep 1000");
        Plugin("nonsense", "echo 'No Key'; echo ok=1; head -c 300000 /dev/zero");
        var plugins = Plugins();
        await plugins.AskAsync(CancellationToken.None);
        Plugin("a", "echo a=2; exit 3");

        await plugins.AskAsync(CancellationToken.None);

        Assert.Equal("1", plugins.Tags["a"]);
        Assert.Equal("1", plugins.Tags["ok"]);
        Assert.False(plugins.Tags.ContainsKey("hang"));
        Assert.Equal(3, _warnings.Count);
        Assert.Contains(_warnings, w => w.Contains("exit code 3", StringComparison.Ordinal));
        Assert.Contains(_warnings, w => w.Contains("was killed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_others_can_write_is_not_run()
    {
        Plugin("open", "echo evil=1");
        File.SetUnixFileMode(Path.Combine(_folder.In("tags"), "open"), (UnixFileMode)0b111_111_111);
        var plugins = Plugins();
        await plugins.AskAsync(CancellationToken.None);
        Assert.Empty(plugins.Tags);
        Assert.Contains("chmod go-w", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1, 0.5, 0.5, 100)]
    [InlineData(1.5, 0.5, 0.5, 50)]
    [InlineData(9, 0.5, 0.5, 10)]
    [InlineData(0.1, 0.02, 0.5, 20)]
    [InlineData(0.1, 0.5, 0, 0)]
    public void A_node_is_as_well_as_the_worst_of_its_parts(double load, double memory, double disk, int score) =>
        Assert.Equal(score, NodeMeter.Score(load, memory, disk));

    [Fact]
    public void This_machine_can_be_measured()
    {
        var measure = new NodeMeter("/").Measure(new Dictionary<string, string>(), 0);

        Assert.True(measure is { CpuMillis: >= 1_000, MemoryMb: > 100, Score: 0 });
    }

    public void Dispose() => _folder.Dispose();

    private TagPlugins Plugins() => new(_folder.In("tags"), _warnings.Add) { Timeout = TimeSpan.FromSeconds(2) };

    private void Plugin(string name, string script)
    {
        var folder = Directory.CreateDirectory(_folder.In("tags"), (UnixFileMode)0b111_000_000).FullName;
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_000_000);
    }
}
