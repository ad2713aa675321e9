using System.Globalization;
using System.Net;
using Pryvd.Examples.Registry;

// What the cluster gives: an address, a port and the socket of this node's daemon.
var address = Environment.GetEnvironmentVariable("PRYVD_ADDRESS") ?? "127.0.0.1";
var port = int.Parse(Environment.GetEnvironmentVariable("PRYVD_PORT_HTTP") ?? "8081", CultureInfo.InvariantCulture);
var socket = Environment.GetEnvironmentVariable("PRYVD_SOCKET") ?? "/run/pryvd/pryvd.sock";
var component = Environment.GetEnvironmentVariable("CORE_COMPONENT") ?? "core";
var host = Environment.GetEnvironmentVariable("CORE_HOST") ?? "core.example";

using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
using var directory = new UserDirectory(component, host, socket, http);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address), port));
var app = builder.Build();

app.MapGet("/health", () => Results.Text("healthy\n"));
app.MapGet("/cores", () => directory.Cores.Select(core => new { core.Instance, core.Address, core.Port }));
app.MapGet("/users/{user}", async (string user, CancellationToken cancel) => await directory.FindAsync(user, cancel) switch
{
    Found found => Results.Json(new { user, core = found.Core.Instance, url = found.Core.Url }),
    Unknown { Silent.Count: > 0 } unknown => Results.Text($"{user} may live on {string.Join(", ", unknown.Silent)}, which does not answer\n", statusCode: 503),
    _ => Results.NotFound(),
});
app.MapPut("/users/{user}", async (string user, CancellationToken cancel) => await directory.CreateAsync(user, cancel) is { } core
    ? Results.Json(new { user, core = core.Instance, url = core.Url })
    : Results.Text("no core can take a user now\n", statusCode: 503));

await app.StartAsync();
Console.WriteLine($"the registry serves http://{address}:{port} and follows {host} on {socket}");
await directory.FollowAsync(app.Lifetime.ApplicationStopping);
await app.WaitForShutdownAsync();
