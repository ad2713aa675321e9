using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>R1, R5, O5: component files through the command line of a real daemon.</summary>
public sealed class ComponentTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "R1")]
    [Trait("requirement", "R5")]
    public async Task R1_R5_files_are_applied_listed_changed_and_deleted()
    {
        await Nodes.FormOneAsync();
        var node = Nodes[0];
        var file = Write(node, "two.yaml", "component: sleeper\ncommand: [/bin/sleep, \"1000\"]\ncount: 0\n---\ncomponent: other\ncommand: [/bin/true]\ncount: 0\n");

        var applied = (await node.CliJson("component", "apply", file, "--yes", "--detach")).Ok().Json;
        Assert.Equal(["new", "new"], applied.GetProperty("components").EnumerateArray().Select(item => item.GetProperty("change").GetString()));
        Assert.Contains("sleeper", (await node.Cli("component", "list")).Ok().Out, StringComparison.Ordinal);
        var again = (await node.CliJson("component", "apply", file, "--yes", "--detach")).Ok().Json;
        Assert.Equal(["unchanged", "unchanged"], again.GetProperty("components").EnumerateArray().Select(item => item.GetProperty("change").GetString()));

        var changed = Write(node, "one.yaml", "component: sleeper\ncommand: [/bin/sleep, \"2000\"]\ncount: 0\n");
        (await node.Cli("component", "apply", changed, "--yes", "--detach", "--if-version", "7")).Refused(5, "version 1");
        Assert.Contains("command: ", (await node.Cli("component", "apply", changed, "--yes", "--if-version", "1")).Ok().Out, StringComparison.Ordinal);
        Assert.Equal(2, (await node.CliJson("component", "show", "sleeper")).Ok().Json.GetProperty("component").GetProperty("version").GetInt64());

        (await node.Cli("component", "stop", "sleeper")).Ok();
        Assert.Contains("stopped", (await node.Cli("component", "list")).Ok().Out, StringComparison.Ordinal);
        (await node.Cli("component", "delete", "sleeper")).Refused(2, "--yes");
        (await node.Cli("component", "delete", "sleeper", "--yes")).Ok();
        (await node.Cli("component", "show", "sleeper")).Refused(4, "sleeper");
        Assert.Contains("component.removed", (await node.Cli("event", "list")).Ok().Out, StringComparison.Ordinal);
        (await node.Cli("route", "list")).Ok();
    }

    [Fact]
    [Trait("requirement", "R1")]
    public async Task R1_what_is_wrong_with_a_file_is_told_with_its_place_and_changes_nothing()
    {
        await Nodes.FormOneAsync();
        var node = Nodes[0];
        var before = (await node.CliJson("component", "list")).Ok().Json.GetProperty("components").GetArrayLength();
        var bad = Write(node, "bad.yaml", "component: core\ncomand: [./core]\nartifact: core.tar.gz\n---\ncomponent: b\ncommand: [x]\nports: { http: 99999 }\n");

        (await node.Cli("component", "apply", bad, "--yes")).Refused(1, "bad.yaml:2:1", "Did you mean 'command'?", "bad.yaml:7:16");
        (await node.Cli("component", "plan", bad)).Refused(255, "bad.yaml:2:1");
        (await node.Cli("component", "plan", node.PathOf("none.yaml"))).Refused(255, "cannot be read");
        (await node.Cli("component", "apply", Write(node, "empty.yaml", "# nothing\n"), "--yes")).Refused(1, "no component");
        (await node.Cli("component", "apply", Write(node, "missing.yaml", "component: a\ncommand: [./a]\nartifact: a.zip\n"), "--yes")).Refused(1, "missing.yaml:3:1", "a.zip");
        (await node.Cli("component", "apply")).Refused(2);
        (await node.Cli("component", "restart", "nobody/0")).Refused(4, "nobody");
        (await node.Cli("component", "explain", "nobody")).Refused(1, "component/number");
        Assert.Equal(before, (await node.CliJson("component", "list")).Ok().Json.GetProperty("components").GetArrayLength());
    }

    private static string Write(Node node, string name, string text)
    {
        var path = node.PathOf(name);
        File.WriteAllText(path, text);
        return path;
    }
}
