using Pryvd.Hosting;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Hosting;

public sealed class DaemonConfigurationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_flag_wins_over_a_variable_and_that_over_the_file()
    {
        var file = Write("group: from-file\nname: from-file\ndatacenter: from-file\n");
        var flags = new Dictionary<string, IReadOnlyList<string>> { ["name"] = ["from-flag"] };
        var environment = new Dictionary<string, string> { ["PRYVD_NAME"] = "from-env", ["PRYVD_GROUP"] = "from-env" };

        var options = DaemonConfiguration.Load(file, flags, environment.GetValueOrDefault).Options!;

        Assert.Equal(("from-flag", "from-env", "from-file"), (options.Name, options.Group, options.Datacenter));
    }

    [Fact]
    public void Variables_give_lists_with_commas_and_the_file_itself()
    {
        var environment = new Dictionary<string, string>
        {
            ["PRYVD_CONFIG"] = Write("name: n1\n"),
            ["PRYVD_PEERS"] = "n1, n2:99",
            ["PRYVD_TAGS"] = "a=1,b=2",
        };

        var options = DaemonConfiguration.Load(null, NoFlags, environment.GetValueOrDefault).Options!;

        Assert.Equal("n1", options.Name);
        Assert.Equal([new("n1", 7411), new("n2", 99)], options.Peers);
        Assert.Equal("2", options.Tags["b"]);
    }

    [Fact]
    public void A_relative_path_is_good_on_the_command_line_and_refused_in_the_file()
    {
        var flags = new Dictionary<string, IReadOnlyList<string>> { ["data_dir"] = ["data"] };
        Assert.Equal(Path.GetFullPath("data"), DaemonConfiguration.Load(Write("name: a\n"), flags, _ => null).Options!.DataDir);

        Assert.Contains("absolute", Assert.Single(DaemonConfiguration.Check(Write("data_dir: data\n"))).Message);
    }

    [Fact]
    public void A_problem_names_its_source()
    {
        var environment = new Dictionary<string, string> { ["PRYVD_LISTEN"] = "x" };
        var flags = new Dictionary<string, IReadOnlyList<string>> { ["tags"] = ["x"] };
        var file = Write("\nlog_level: loud\n");

        var problems = DaemonConfiguration.Load(file, flags, environment.GetValueOrDefault).Problems;

        Assert.Equal(["PRYVD_LISTEN", "--tag", $"{file}:2:12"], problems.Select(p => p.Where));
    }

    [Fact]
    public void A_file_that_was_named_must_be_there() =>
        Assert.Contains("cannot be read", Assert.Single(DaemonConfiguration.Check(folder.In("none.yaml"))).Message);

    [Fact]
    public void Checking_a_good_file_finds_nothing() => Assert.Empty(DaemonConfiguration.Check(Write("name: a\ntags: {disk: ssd}\n")));

    [Fact]
    public void Flags_and_variables_follow_from_the_keys()
    {
        Assert.Equal("--data-dir", SettingKey.All.Single(k => k.Key == "data_dir").Flag);
        Assert.Equal("PRYVD_DATA_DIR", SettingKey.All.Single(k => k.Key == "data_dir").Variable);
        Assert.Equal("--tag", SettingKey.All.Single(k => k.Key == "tags").Flag);
    }

    public void Dispose() => folder.Dispose();

    private static Dictionary<string, IReadOnlyList<string>> NoFlags => [];

    private string Write(string text)
    {
        var path = folder.In("pryvd.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
