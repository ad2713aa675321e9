using Google.Protobuf;
using Grpc.Core;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;
using Pryvd.Tests.Fuzz;

namespace Pryv.Grpc.Tests.Fuzz;

/// <summary>G6: whatever bytes a request is made of, the server answers with a status, within the time, and serves the next one.</summary>
[Trait("Category", "Fuzz")]
public sealed class FrameFuzzTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Methods = ["Unary", "Collect", "Spread", "Chat"];
    private static readonly string?[] Encodings = [null, "identity", "gzip", "deflate"];

    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _http = _server.RawClient();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public Task Any_frames_are_answered_with_a_status() => FuzzRuns.EachAsync(400, async random =>
    {
        var body = Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => Frame(random)).ToArray();
        body = random.Next(3) == 0 ? Mutated.Of(body, random) : body;
        using var request = RawCall.Request(Methods[random.Next(Methods.Length)], body, Encodings[random.Next(Encodings.Length)]);
        if (random.Next(4) == 0)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", new[] { "1m", "0S", "99999999H", "-1S", "x", "1" }[random.Next(6)]);
        }

        var (status, _) = await RawCall.StatusAsync(_http, request).WaitAsync(Patience);
        Assert.InRange((int)status, (int)StatusCode.OK, (int)StatusCode.Unauthenticated);

        using var good = RawCall.Request("Unary", RawCall.Frame(new Ping { Text = "still there" }));
        Assert.Equal(StatusCode.OK, (await RawCall.StatusAsync(_http, good).WaitAsync(Patience)).Status);
    });

    private static byte[] Frame(Random random)
    {
        var payload = new Ping { Text = new string('a', random.Next(300)) }.ToByteArray();
        payload = random.Next(2) == 0 ? Mutated.Of(payload, random) : payload;
        return random.Next(4) switch
        {
            0 => RawCall.Frame(1, RawCall.Gzip(payload)),
            1 => RawCall.Frame(1, Mutated.Of(RawCall.Gzip(payload), random)),
            2 => RawCall.Frame((byte)random.Next(4), payload, (uint)random.Next(0, 2 * (payload.Length + 1))),
            _ => RawCall.Frame(0, payload),
        };
    }
}
