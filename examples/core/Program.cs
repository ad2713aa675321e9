using System.Globalization;
using System.Net;
using System.Text.Json;
using Pryvd.Examples.Core;

// What the cluster gives: a data folder that is this instance's home, an address and a port.
var folder = Environment.GetEnvironmentVariable("PRYVD_DATA") ?? "core-data";
var address = Environment.GetEnvironmentVariable("PRYVD_ADDRESS") ?? "127.0.0.1";
var port = int.Parse(Environment.GetEnvironmentVariable("PRYVD_PORT_HTTP") ?? "8080", CultureInfo.InvariantCulture);
var instance = Environment.GetEnvironmentVariable("PRYVD_INSTANCE") ?? "core/0";

Directory.CreateDirectory(folder);
using var users = new UserStore(Path.Combine(folder, "users.db"));
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Parse(address), port);
    kestrel.Limits.MaxRequestBodySize = UserStore.MaxEventBytes;
});
var app = builder.Build();

app.MapGet("/health", () => users.IsWhole() ? Results.Text("healthy\n") : Results.StatusCode(503));
app.MapGet("/users", () => users.Names());
app.MapPut("/users/{user}", (string user) => !UserStore.IsName(user)
    ? Bad("a user's name has 1 to 64 letters, digits and ._-\n")
    : users.Create(user) ? Results.Created($"/users/{user}", null) : Results.Ok());
app.MapGet("/users/{user}/events", (string user) => users.Has(user) ? Results.Json(users.Events(user)) : Results.NotFound());
app.MapPost("/users/{user}/events", async (string user, HttpRequest request) =>
{
    if (!users.Has(user))
    {
        return Results.NotFound();
    }

    try
    {
        using var body = await JsonDocument.ParseAsync(request.Body);

        // The answer goes out after the commit: whoever has it may rely on it.
        return Results.Json(new { id = users.Append(user, body.RootElement.GetRawText()) }, statusCode: 201);
    }
    catch (JsonException)
    {
        return Bad("an event is one JSON value\n");
    }
});

Console.WriteLine($"{instance} serves http://{address}:{port} with {users.Names().Count} users from {folder}");
await app.RunAsync();

static IResult Bad(string why) => Results.Text(why, statusCode: 400);
