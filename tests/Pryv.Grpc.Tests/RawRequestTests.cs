using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Pryv.Grpc.Tests.Hosting;
using Pryv.Grpc.Tests.Protos;

namespace Pryv.Grpc.Tests;

/// <summary>What a server answers to requests that no gRPC client would send.</summary>
public sealed class RawRequestTests : IAsyncLifetime
{
    private const int FourMiB = 4 * 1024 * 1024;

    private TestServer _server = null!;
    private HttpClient _http = null!;

    public static TheoryData<string, byte[], StatusCode> Bodies => new()
    {
        { "a good frame", RawCall.Frame(new Ping { Text = "a" }), StatusCode.OK },
        { "nothing", [], StatusCode.Internal },
        { "a truncated prefix", [0, 0, 0], StatusCode.Internal },
        { "a truncated message", RawCall.Frame(0, [1, 2, 3], claimedLength: 4), StatusCode.Internal },
        { "a length above the limit", RawCall.Frame(0, [], claimedLength: FourMiB + 1), StatusCode.ResourceExhausted },
        { "the largest length", RawCall.Frame(0, [], claimedLength: uint.MaxValue), StatusCode.ResourceExhausted },
        { "an unknown flag", RawCall.Frame(2, []), StatusCode.Internal },
        { "garbage for protobuf", RawCall.Frame(0, [0xff, 0xff, 0xff, 0xff]), StatusCode.Internal },
        { "two messages", [.. RawCall.Frame(new Ping()), .. RawCall.Frame(new Ping())], StatusCode.Internal },
        { "a compressed flag without an encoding", RawCall.Frame(1, RawCall.Gzip([])), StatusCode.Internal },
    };

    public static TheoryData<string, byte[], StatusCode> CompressedBodies => new()
    {
        { "a packed message", RawCall.Frame(1, RawCall.Gzip(new Ping { Text = "a" }.ToByteArray())), StatusCode.OK },
        { "a plain message", RawCall.Frame(new Ping { Text = "a" }), StatusCode.OK },
        { "a bomb", RawCall.Frame(1, RawCall.Gzip(new byte[64 * 1024 * 1024])), StatusCode.ResourceExhausted },
        { "damaged data", RawCall.Frame(1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), StatusCode.Internal },
        { "a cut archive", RawCall.Frame(1, RawCall.Gzip(new Ping { Text = new string('a', 100) }.ToByteArray())[..^12]), StatusCode.Internal },
    };

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

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_taken_or_refused(string what, byte[] body, StatusCode expected)
    {
        using var request = RawCall.Request("Unary", body);

        var (status, _) = await RawCall.StatusAsync(_http, request);

        Assert.True(status == expected, $"{what}: {status}");
    }

    [Theory]
    [MemberData(nameof(CompressedBodies))]
    public async Task A_compressed_body_is_taken_or_refused(string what, byte[] body, StatusCode expected)
    {
        using var request = RawCall.Request("Unary", body, encoding: "gzip");

        var (status, _) = await RawCall.StatusAsync(_http, request);

        Assert.True(status == expected, $"{what}: {status}");
    }

    [Fact]
    public async Task An_unknown_encoding_is_answered_with_the_known_ones()
    {
        using var request = RawCall.Request("Unary", RawCall.Frame(1, [1]), encoding: "snappy");
        using var response = await _http.SendAsync(request);

        Assert.Equal("12", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("identity,gzip", string.Join(',', response.Headers.GetValues("grpc-accept-encoding")));
    }

    [Fact]
    public async Task An_error_without_messages_is_a_single_block_of_headers()
    {
        using var request = RawCall.Request("Unary", RawCall.Frame(new Ping { Text = "refuse" }));
        using var response = await _http.SendAsync(request);

        Assert.Equal("9", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("No, 100 %25 no: gr%C3%B6%C3%9Fer %E2%86%92 %C3%BCnm%C3%B6glich", response.Headers.GetValues("grpc-message").Single());
        Assert.Equal("AAH+/w", response.Headers.GetValues("proof-bin").Single());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Empty(response.TrailingHeaders);
    }

    [Fact]
    public async Task Only_post_is_allowed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/pryv.grpc.test.Shapes/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task Another_content_type_is_not_supported(string contentType)
    {
        using var request = RawCall.Request("Unary", RawCall.Frame(new Ping()));
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_page_that_does_not_exist_is_not_found()
    {
        using var response = await _http.GetAsync("/some/page");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    /// <summary>Whatever the bytes are, the answer is a status, and the server goes on.</summary>
    [Fact]
    public async Task Random_frames_never_harm_the_server()
    {
        var random = new Random(20261121);
        StatusCode[] allowed = [StatusCode.OK, StatusCode.Internal, StatusCode.ResourceExhausted, StatusCode.FailedPrecondition, StatusCode.Unknown];
        for (var round = 0; round < 400; round++)
        {
            var method = random.Next(2) == 0 ? "Unary" : "Collect";
            using var request = RawCall.Request(method, RandomBody(random), random.Next(2) == 0 ? "gzip" : null);

            var (status, _) = await RawCall.StatusAsync(_http, request);

            Assert.True(allowed.Contains(status), $"round {round}: {status}");
        }

        Assert.DoesNotContain(_server.Logs.Entries, entry => entry.StartsWith("Error", StringComparison.Ordinal));
    }

    private static byte[] RandomBody(Random random)
    {
        var body = new List<byte>();
        for (var frames = random.Next(4); frames >= 0; frames--)
        {
            var payload = random.Next(3) == 0 ? new Ping { Text = "ok", Count = random.Next() }.ToByteArray() : RandomBytes(random, 64);
            payload = random.Next(4) == 0 ? RawCall.Gzip(payload) : payload;
            uint? length = random.Next(5) == 0 ? (uint)random.NextInt64(uint.MaxValue + 1L) : null;
            body.AddRange(RawCall.Frame((byte)(random.Next(8) == 0 ? random.Next(256) : random.Next(2)), payload, length));
        }

        return random.Next(3) == 0 ? [.. body.Take(random.Next(body.Count))] : [.. body];
    }

    private static byte[] RandomBytes(Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }
}
