using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Components;

/// <summary>R3, R6, R7, H2, T1: the examples as a newcomer gets them, on three real daemons: core, registry, redis-server and nginx.</summary>
public sealed class ExampleTests(ITestOutputHelper output) : ClusterTest(output), IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    [Fact]
    [Trait("requirement", "R6")]
    [Trait("requirement", "T1")]
    public async Task R6_T1_a_users_events_are_there_after_the_registry_moved_and_a_core_was_added()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("var", "set", "pryvd.dead_timeout_ms=2000")).Ok();
        (await Nodes[0].Cli("component", "apply", Example("core"), Example("registry"), "--yes", "--timeout", "50s")).Ok();
        var core = await CoreOfAsync("ada");
        var posted = await _http.PostAsJsonAsync(new Uri($"{core}/users/ada/events"), new { kind = "note", text = "first" });
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);

        // A third core is known to the registry at once; the registry itself goes on as it is.
        var registry = await InstanceAsync("registry");
        var three = Path.Combine(Path.GetDirectoryName(Example("core"))!, $"three-{Guid.NewGuid():N}.yaml");
        try
        {
            await File.WriteAllTextAsync(three, (await File.ReadAllTextAsync(Example("core"))).Replace("count: 2", "count: 3", StringComparison.Ordinal));
            (await Nodes[0].Cli("component", "apply", three, "--yes", "--timeout", "50s")).Ok();
        }
        finally
        {
            File.Delete(three);
        }

        await Until.Holds("the registry knows three cores", async () => (await GetAsync("registry.example", "/cores"))?.GetArrayLength() == 3, Patience);
        Assert.Equal(registry.GetProperty("generation").GetInt64(), (await InstanceAsync("registry")).GetProperty("generation").GetInt64());

        // The registry's node dies: the registry may run anywhere, a core on that node waits with its data.
        var dead = Nodes.Nodes.Single(n => n.Name == registry.GetProperty("node").GetString());
        NodeProcesses.KillAll(dead);
        await Until.Holds("the registry is routed to on another node", async () => await TargetAsync("registry.example") is { } target && target.GetProperty("node").GetString() != dead.Name, Patience);
        await dead.StartAsync();
        await Until.Holds("the new registry finds the user where it was", async () => (await GetAsync("registry.example", "/users/ada"))?.GetProperty("url").GetString() == core, Patience);
        var events = await _http.GetFromJsonAsync<JsonElement>(new Uri($"{core}/users/ada/events"));
        Assert.Equal("first", Assert.Single(events.EnumerateArray()).GetProperty("body").GetProperty("text").GetString());
    }

    [Fact]
    [Trait("requirement", "R7")]
    public async Task R7_a_cache_and_a_proxy_of_the_distribution_are_components_like_any_other()
    {
        await Nodes.FormOneAsync();
        (await Nodes[0].Cli("component", "apply", Example("redis"), Example("nginx"), "--yes", "--timeout", "50s")).Ok();

        var page = await _http.GetStringAsync(new Uri($"http://{await AddressAsync("www.example")}/"));
        Assert.Equal($"nginx on {Nodes[0].Name}\n", page);
        var redis = (await AddressAsync("redis.example")).Split(':');
        using var client = new System.Net.Sockets.TcpClient(redis[0], int.Parse(redis[1], System.Globalization.CultureInfo.InvariantCulture));
        await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
        var answer = new byte[7];
        await client.GetStream().ReadExactlyAsync(answer);
        Assert.Equal("+PONG\r\n"u8.ToArray(), answer);
        await Until.Holds(
            "what redis said can be read on any node",
            async () => (await Nodes[0].Cli("logs", "redis/0")).Out.Contains("Ready to accept connections", StringComparison.Ordinal), Patience);
    }

    public new void Dispose()
    {
        foreach (var node in Nodes.Nodes)
        {
            NodeProcesses.KillAll(node);
        }

        _http.Dispose();
        base.Dispose();
    }

    /// <summary>The component file of an example, in the checkout that the tests were built from.</summary>
    private static string Example(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Pryvd.sln")))
            {
                return Path.Combine(at.FullName, "examples", name, name + ".yaml");
            }
        }

        throw new DirectoryNotFoundException("no Pryvd.sln above the tests");
    }

    /// <summary>Makes a user by way of the registry; where its core is.</summary>
    private async Task<string> CoreOfAsync(string user)
    {
        var made = await _http.PutAsync(new Uri($"http://{await AddressAsync("registry.example")}/users/{user}"), null);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!;
    }

    private async Task<JsonElement> InstanceAsync(string component) =>
        (await Nodes.Running.First().CliJson("component", "show", component)).Ok().Json.GetProperty("component").GetProperty("instances").EnumerateArray().First();

    /// <summary>Where the host is routed to, by the table of a node that runs; null where to nothing.</summary>
    private async Task<JsonElement?> TargetAsync(string host)
    {
        var routes = (await Nodes.Running.First().CliJson("route", "list")).Ok().Json.GetProperty("routes").EnumerateArray();
        var targets = routes.Where(r => r.GetProperty("host").GetString() == host).SelectMany(r => r.GetProperty("targets").EnumerateArray()).ToList();
        return targets.Count > 0 ? targets[0] : null;
    }

    private async Task<string> AddressAsync(string host)
    {
        JsonElement? target = null;
        await Until.Holds($"{host} is routed", async () => (target = await TargetAsync(host)) is not null, Patience);
        return $"{target!.Value.GetProperty("address").GetString()}:{target.Value.GetProperty("port").GetInt32()}";
    }

    /// <summary>Null while there is no good answer.</summary>
    private async Task<JsonElement?> GetAsync(string host, string path)
    {
        try
        {
            return await _http.GetFromJsonAsync<JsonElement>(new Uri($"http://{await AddressAsync(host)}{path}"));
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
