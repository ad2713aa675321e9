using System.Net;
using Pryvd.Hosting;
using Pryvd.Model;
using Serilog.Events;

namespace Pryvd.Tests.Hosting;

public sealed class OptionsJudgeTests
{
    [Fact]
    public void Without_any_setting_the_defaults_hold()
    {
        var options = Judge().Options!;

        Assert.Equal("/var/lib/pryvd", options.DataDir);
        Assert.Equal("/var/lib/pryvd/identity", options.IdentityDir);
        Assert.Equal("/run/pryvd/pryvd.sock", options.Socket);
        Assert.Equal(new IPEndPoint(IPAddress.Any, 7411), options.Listen);
        Assert.Equal(("alpha", "default", "default"), (options.Name, options.Datacenter, options.Group));
        Assert.Equal((LogEventLevel.Information, LogFormat.Auto), (options.LogLevel, options.LogFormat));
        Assert.Null(options.Advertise);
        Assert.Null(options.SocketGroup);
        Assert.Empty(options.Peers);
        Assert.Empty(options.Tags);
    }

    [Fact]
    public void Every_setting_arrives_where_it_belongs()
    {
        var options = Judge(
            ("data_dir", ["/d"]), ("identity_dir", ["/i"]), ("socket", ["/s"]), ("socket_group", ["ops"]), ("listen", ["[::1]:7000"]),
            ("advertise", ["n1.example:7001"]), ("name", ["n1"]), ("datacenter", ["dc2"]), ("group", ["cores"]),
            ("tags", ["disk=ssd", "note=a=b"]), ("log_level", ["debug"]), ("log_format", ["json"]),
            ("peers", ["n2", "10.0.0.3:9", "[fd00::1]:8", "fd00::2"]), ("token_file", ["/t"])).Options!;

        Assert.Equal(("/d", "/i", "/s", "ops", "/t"), (options.DataDir, options.IdentityDir, options.Socket, options.SocketGroup, options.TokenFile));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 7000), options.Listen);
        Assert.Equal(new HostAndPort("n1.example", 7001), options.Advertise);
        Assert.Equal(("n1", "dc2", "cores"), (options.Name, options.Datacenter, options.Group));
        Assert.Equal(new Dictionary<string, string> { ["disk"] = "ssd", ["note"] = "a=b" }, options.Tags);
        Assert.Equal((LogEventLevel.Debug, LogFormat.Json), (options.LogLevel, options.LogFormat));
        Assert.Equal([new("n2", 7411), new("10.0.0.3", 9), new("fd00::1", 8), new("fd00::2", 7411)], options.Peers);
    }

    [Theory]
    [InlineData("data_dir", "relative/path", "must be an absolute path")]
    [InlineData("listen", "0.0.0.0", "must be IP:PORT")]
    [InlineData("listen", "localhost:7411", "must be IP:PORT")]
    [InlineData("listen", "1.2.3.4:99999", "must be IP:PORT")]
    [InlineData("advertise", "0.0.0.0:7411", "not an address that peers can reach")]
    [InlineData("advertise", "a b", "not an address that peers can reach")]
    [InlineData("peers", "host:0", "not an address that peers can reach")]
    [InlineData("name", "Alpha", "lower-case letters")]
    [InlineData("group", "a/b", "lower-case letters")]
    [InlineData("tags", "novalue", "is no tag")]
    [InlineData("log_level", "inof", "Did you mean 'info'?")]
    [InlineData("log_format", "yaml", "must be auto, text, json")]
    [InlineData("token_file", "/t", "set 'peers' too")]
    public void A_value_that_cannot_be_used_is_refused_with_what_would_be_right(string key, string value, string expected)
    {
        var result = Judge((key, [value]));

        Assert.Null(result.Options);
        var problem = Assert.Single(result.Problems);
        Assert.Equal("here", problem.Where);
        Assert.Contains(expected, problem.Message);
    }

    [Fact]
    public void A_socket_path_longer_than_the_kernel_takes_is_refused() =>
        Assert.Contains("at most 103", Assert.Single(Judge(("socket", ["/" + new string('x', 103)])).Problems).Message);

    [Fact]
    public void A_flag_given_twice_is_refused_where_one_value_is_meant() =>
        Assert.Contains("given 2 times", Assert.Single(Judge(("name", ["a", "b"])).Problems).Message);

    [Fact]
    public void A_tag_given_twice_is_refused() =>
        Assert.Contains("given twice", Assert.Single(Judge(("tags", ["a=1", "a=2"])).Problems).Message);

    [Fact]
    public void Lists_are_bounded()
    {
        var peers = Enumerable.Range(0, 33).Select(i => $"n{i}").ToArray();
        Assert.Contains("at most 32", Assert.Single(Judge(("peers", peers)).Problems).Message);
    }

    [Theory]
    [InlineData("Web-1.example.org", "web-1")]
    [InlineData("x", "x")]
    public void The_name_comes_from_the_host_name(string host, string expected) =>
        Assert.Equal(expected, OptionsJudge.Judge(new Dictionary<string, Setting>(), [], host).Options!.Name);

    [Fact]
    public void A_host_name_that_is_no_name_asks_for_one() =>
        Assert.Contains("set 'name'", Assert.Single(OptionsJudge.Judge(new Dictionary<string, Setting>(), [], "-").Problems).Message);

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("same", "same", 0)]
    public void The_distance_of_words_is_counted_in_edits(string from, string to, int expected) =>
        Assert.Equal(expected, Nearest.Edits(from, to));

    private static ConfigResult Judge(params (string Key, string[] Values)[] settings) => OptionsJudge.Judge(
        settings.ToDictionary(s => s.Key, s => new Setting(s.Key, s.Values.Select(v => new SettingItem(v, "here")).ToList())),
        [],
        "alpha");
}
