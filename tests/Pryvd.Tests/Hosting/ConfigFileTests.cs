using Pryvd.Hosting;

namespace Pryvd.Tests.Hosting;

/// <summary>Requirement M1: a config file of a few lines; what is wrong in it is said with its place.</summary>
public sealed class ConfigFileTests
{
    [Fact]
    public void Every_shape_of_value_is_read_with_its_place()
    {
        var (settings, problems) = ConfigFile.Read("f", "name: alpha\npeers:\n  - n1:7411\n  - n2\ntags:\n  disk: ssd\n");

        Assert.Empty(problems);
        Assert.Equal(new SettingItem("alpha", "f:1:7"), Assert.Single(settings[0].Items));
        Assert.Equal([new("n1:7411", "f:3:5"), new("n2", "f:4:5")], settings[1].Items);
        Assert.Equal([new SettingItem("disk=ssd", "f:6:3")], settings[2].Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    [InlineData("{}\n")]
    public void An_empty_file_is_a_good_one(string text)
    {
        var (settings, problems) = ConfigFile.Read("f", text);

        Assert.Empty(settings);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("data-dir: /x\n", "f:1:1: unknown key 'data-dir'. Did you mean 'data_dir'?")]
    [InlineData("\nnmae: x\n", "f:2:1: unknown key 'nmae'. Did you mean 'name'?")]
    [InlineData("zzzzzzzz: x\n", "f:1:1: unknown key 'zzzzzzzz'.")]
    [InlineData("name: a\nname: b\n", "f:2:1: 'name' stands here for the second time; keep one.")]
    [InlineData("name: [a, b]\n", "f:1:7: 'name' needs one value.")]
    [InlineData("name: {a: b}\n", "f:1:7: 'name' needs one value.")]
    [InlineData("peers: n1\n", "f:1:8: 'peers' needs a list ('- value' a line).")]
    [InlineData("tags: [a]\n", "f:1:7: 'tags' needs names with values ('name: value' a line).")]
    [InlineData("name:\n", "f:1:6: 'name' has no value here, or one that is no text.")]
    [InlineData("peers: [[a]]\n", "f:1:9: 'peers' has no value here, or one that is no text.")]
    [InlineData("[a]: b\n", "f:1:1: a key must be a word.")]
    [InlineData("- a\n", "f:1:1: the file must hold settings, one 'key: value' a line.")]
    [InlineData("name: &a x\ngroup: *a\n", "f:2:8: 'group' needs one value.")]
    [InlineData("name: x\n---\nname: y\n", "f:2:1: a second document begins here; only one is read.")]
    public void What_is_wrong_is_said_with_line_and_column(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(ConfigFile.Read("f", text).Problems).ToString());

    [Theory]
    [InlineData("name: 'x\n")]
    [InlineData("name: @x\n")]
    [InlineData("name: x: y\n")]
    [InlineData("name: \"\\q\"\n")]
    public void Text_that_is_not_YAML_is_said_to_be(string text)
    {
        var problem = Assert.Single(ConfigFile.Read("f", text).Problems);

        Assert.Contains("not YAML", problem.Message);
        Assert.Matches(@"^f:\d+:\d+$", problem.Where);
    }

    [Fact]
    public void All_problems_are_found_not_the_first_alone() =>
        Assert.Equal(3, ConfigFile.Read("f", "a: 1\nname: [x]\npeers: y\ngroup: z\n").Problems.Count);

    [Fact]
    public void Deep_nesting_and_size_are_bounded()
    {
        Assert.NotEmpty(ConfigFile.Read("f", "name: " + new string('[', 15_000)).Problems);
        Assert.Contains("at most", Assert.Single(ConfigFile.Read("f", new string('#', 20_000)).Problems).Message);
    }
}
